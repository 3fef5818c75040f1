package dev.slipway.gke.helm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The environment that Helm runs in: what is named here and nothing else. So no {@code HELM_KUBEAPISERVER}, {@code KUBECONFIG} or
 * {@code CLOUDSDK_AUTH_ACCESS_TOKEN} of the machine can send a release elsewhere, and no secret of the build is handed on.
 */
final class ScrubbedEnvironment {
    /** Where programs are, how texts are read, how the network is reached, and what Windows cannot do without. */
    private static final Set<String> PASSED = Set.of(
            "PATH",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "SYSTEMROOT",
            "WINDIR",
            "SYSTEMDRIVE",
            "PATHEXT",
            "COMSPEC");

    private ScrubbedEnvironment() {}

    /**
     * {@return the environment of a Helm}
     *
     * @param environment that of this process
     * @param home the private folder that stands for the home folder and holds Helm's own files
     */
    static Map<String, String> of(Map<String, String> environment, Path home) {
        Map<String, String> scrubbed = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (PASSED.contains(name.toUpperCase(Locale.ROOT))) {
                scrubbed.put(name, value);
            }
        });
        String folder = home.toString();
        scrubbed.put("HOME", folder);
        scrubbed.put("USERPROFILE", folder);
        for (String name : new String[] {"TMPDIR", "TEMP", "TMP"}) {
            scrubbed.put(name, home.resolve("tmp").toString());
        }
        scrubbed.put("HELM_CACHE_HOME", home.resolve("cache").toString());
        scrubbed.put("HELM_CONFIG_HOME", home.resolve("config").toString());
        scrubbed.put("HELM_DATA_HOME", home.resolve("data").toString());
        // Where the release is kept: any other answer would make releases that nobody finds.
        scrubbed.put("HELM_DRIVER", "secret");
        return scrubbed;
    }
}
