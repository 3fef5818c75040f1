package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Each command runs in a network of its own ({@code tools/no-network}): there every address of the world is this process, which
 * counts connections to the ports of registries, of API servers and of the web, and every name that is looked up is noted. Maven
 * is offline, because downloads are not what is judged here.
 */
@EndToEnd
@Order(2)
@DisplayName("With no environment named, no cluster and no registry is called")
class QuietIT {
    private final Workshop workshop;

    QuietIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("by mvn test, in a fresh clone")
    void test() throws IOException {
        callsNobody("test");
    }

    @Test
    @Order(2)
    @DisplayName("by mvn verify")
    void verify() throws IOException {
        callsNobody("verify", "-DskipTests");
    }

    @Test
    @Order(3)
    @DisplayName("by mvn install")
    void install() throws IOException {
        callsNobody("install", "-DskipTests");
    }

    @Test
    @Order(4)
    @DisplayName("by mvn deploy, which names the profiles in one line")
    void deploy() throws IOException {
        Run run = callsNobody("deploy", "-DskipTests");

        assertThat(run.lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("local")
                        .contains("dev")
                        .contains("preview")
                        .contains("staging")
                        .contains("prod"));
    }

    @Test
    @Order(5)
    @DisplayName("and a call would have been seen")
    void wouldBeSeen() throws IOException {
        Path contacts = Files.createTempFile(workshop.target(), "contacts-", ".txt");

        noNetwork(workshop, contacts)
                .and("-c", """
                for port in 5000 6443 443; do (exec 3<>/dev/tcp/192.0.2.7/$port) ; done
                getent hosts registry.example.org || true""")
                .with("E2E_MVN", "/bin/bash")
                .text();

        assertThat(Files.readAllLines(contacts))
                .contains(
                        "connection to 192.0.2.7:5000",
                        "connection to 192.0.2.7:6443",
                        "connection to 192.0.2.7:443",
                        "name registry.example.org");
    }

    private Run callsNobody(String command, String... more) throws IOException {
        Path contacts = Files.createTempFile(workshop.target(), "contacts-", ".txt");
        Checkout checkout = workshop.otherCheckout();
        Run run = checkout.mvn(command)
                .with("-o")
                .with(more)
                .through(workshop.tools().resolve("no-network"))
                .variable("E2E_MVN", Workshop.property("e2e.mavenHome") + "/bin/mvn")
                .variable("E2E_CLASSES", classes())
                .variable("E2E_CONTACTS", contacts.toString())
                .succeeds();

        List<String> calls = Files.readAllLines(contacts);
        // A JVM asks for the name of its own machine; unit tests ask for names that cannot exist (RFC 2606).
        String self = "name " + InetAddress.getLocalHost().getHostName();
        assertThat(calls)
                .filteredOn(call -> !call.startsWith(self) && !call.endsWith(".invalid"))
                .isEmpty();
        return run;
    }

    /** {@return the tool without arguments; it wants {@code E2E_MVN}, what to run} */
    static Program noNetwork(Workshop workshop, Path contacts) {
        return Program.of(workshop.tools().resolve("no-network").toString())
                .with("E2E_CLASSES", classes())
                .with("E2E_CONTACTS", contacts.toString());
    }

    private static String classes() {
        return Path.of(Contacts.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }
}
