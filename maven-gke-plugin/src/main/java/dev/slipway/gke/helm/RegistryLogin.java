package dev.slipway.gke.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.secret.PrivateFiles;
import dev.slipway.gke.secret.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The account at one registry, where Helm looks for it, for as long as a chart is fetched: a file in Helm's private home, its owner's
 * alone. A command line everybody could read, and helm-java takes no password for a chart.
 */
final class RegistryLogin {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What Docker Hub's account is filed under, by Docker's old custom. */
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private static final Set<String> DOCKER_HUB_NAMES = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private final Optional<Path> file;

    private RegistryLogin(Optional<Path> file) {
        this.file = file;
    }

    /**
     * Writes the account down, if there is one.
     *
     * @param home Helm's home
     * @param registry host and port, as the chart's reference has it
     */
    static RegistryLogin at(PrivateFolder home, String registry, Optional<RegistryCredentials> account) {
        if (account.isEmpty()) {
            return new RegistryLogin(Optional.empty());
        }
        // HELM_CONFIG_HOME, see ScrubbedEnvironment.
        Path folder = home.folder("config").resolve("registry");
        Path file = folder.resolve("config.json");
        try {
            PrivateFiles.folder(folder);
            PrivateFiles.write(file, text(registry, account.get()).getBytes(StandardCharsets.UTF_8));
            return new RegistryLogin(Optional.of(file));
        } catch (IOException e) {
            throw PrivateFolder.unusable(home.path(), e);
        }
    }

    private static String text(String registry, RegistryCredentials account) throws JsonProcessingException {
        List<String> names = DOCKER_HUB_NAMES.contains(registry) ? List.of(registry, DOCKER_HUB) : List.of(registry);
        Map<String, Object> auths = new LinkedHashMap<>();
        names.forEach(name -> auths.put(name, Map.of("auth", encoded(account))));
        return JSON.writeValueAsString(Map.of("auths", auths));
    }

    /** {@return the account as it is written, and sent} */
    static String encoded(RegistryCredentials account) {
        return Base64.getEncoder()
                .encodeToString(
                        (account.username() + ":" + account.password().reveal()).getBytes(StandardCharsets.UTF_8));
    }

    /** Takes it away again. */
    void close() {
        if (file.isPresent()) {
            try {
                Files.deleteIfExists(file.get());
            } catch (IOException e) {
                // It goes with the private folder that it is in.
                return;
            }
        }
    }
}
