package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Eclipse imports, and then builds by itself as it always does: in a network where each call is seen, and with a home of its own. */
@EndToEnd
@Order(9)
@DisplayName("Eclipse")
class IdeIT {
    /** What Eclipse itself writes into a project: its settings, what its compiler makes, the resources beside that. */
    private static final Pattern ITS_OWN =
            Pattern.compile("(.*/)?(\\.project|\\.classpath|\\.factorypath|\\.settings/.*|target/(test-)?classes/.*)");

    private final Workshop workshop;

    IdeIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("imports a fresh clone of the reactor and builds it without an error, runs no goal, and calls nobody")
    void reactor() throws IOException {
        Checkout checkout = workshop.freshCheckout("imported");
        Path work = work("eclipse-reactor");
        Path contacts = work.resolve("contacts.txt");

        Eclipse.View view;
        try (Eclipse eclipse = start(work, contacts)) {
            view = eclipse.imports(checkout.repository(), checkout.folder());
        }

        assertThat(view.errors()).isEmpty();
        assertThat(view.status()).isEqualTo("OK");
        assertThat(view.built()).as("Eclipse's own build of all").isTrue();
        assertThat(view.projects())
                .contains(
                        "chart",
                        "deploy-dev",
                        "deploy-prod",
                        "gke-maven-plugin",
                        "local-cluster",
                        "ml-service",
                        "slipway");
        assertThat(checkout.changes()).as("what is changed in the clone").isEmpty();
        assertThat(written(checkout.folder())).as("what only goals write").isEmpty();
        assertThat(checkout.file("ml-service/target/classes/dev/slipway/serving/Main.class"))
                .as("that Eclipse has built at all")
                .exists();
        assertThat(checkout.file("ml-service/target/classes/model")).doesNotExist();
        calledNobody(contacts);
        nothingElsewhere(work);
    }

    private Path work(String name) throws IOException {
        Path work = workshop.target().resolve("work").resolve(name);
        Checkout.deleteTree(work);
        Files.createDirectories(work);
        return work;
    }

    private Eclipse start(Path work, Path contacts) throws IOException {
        Path home = Path.of(Program.of(workshop.tools().resolve("eclipse-up").toString())
                .text()
                .lines()
                .reduce("", (before, last) -> last));
        return Eclipse.start(home, ProgramIT.jdk25().resolve("bin/java"), work, QuietIT.noNetwork(workshop, contacts));
    }

    /** Files that neither the project nor Eclipse has; what git knows is told by git. */
    private static List<String> written(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(file -> file.contains("target/") || file.startsWith("."))
                    .filter(file -> !ITS_OWN.matcher(file).matches())
                    .filter(file -> !file.matches("\\.(git|ci|github|mvn)/.*|\\.git[a-z-]+|\\.editorconfig"))
                    .toList();
        }
    }

    private static void calledNobody(Path contacts) throws IOException {
        // A JVM asks for the name of its own machine, and Eclipse for the list of Gradle's versions.
        String self = "name " + InetAddress.getLocalHost().getHostName();
        assertThat(Files.readAllLines(contacts))
                .as("whom Eclipse called, or looked up")
                .filteredOn(call -> !call.startsWith(self) && !call.equals("name services.gradle.org"))
                .isEmpty();
    }

    /** Neither the home nor the temporary folder has anything that a goal of ours makes: a kubeconfig, a cache, a run's folder. */
    private static void nothingElsewhere(Path work) throws IOException {
        for (String folder : List.of("home", "tmp")) {
            try (Stream<Path> files = Files.walk(work.resolve(folder))) {
                assertThat(files.map(file -> work.relativize(file).toString()))
                        .filteredOn(file -> file.matches("(?s).*(slipway|gke|helm|kube|docker|jib).*"))
                        .isEmpty();
            }
        }
    }
}
