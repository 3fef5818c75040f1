package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Two deploys of one release at once:")
class ConcurrencyIT {
    private static final Pattern WAITS = Pattern.compile("(?i)wait");

    private final Workshop workshop;
    private final Faulty faulty;
    private final Faulty colleague;

    ConcurrencyIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-concurrent");
        colleague = faulty.colleague();
    }

    @BeforeAll
    void versionOne() {
        faulty.good("1");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("the second waits, says for whom, and releases when the first is done")
    void waits() {
        try (Running first = faulty.deploy("{version: \"2\", fault: slow, seconds: 15}")
                        .start();
                Running second = secondOf(first, "version: \"3\"")) {
            second.until(WAITS, Duration.ofMinutes(2));
            assertThat(first.alive()).isTrue();

            Run one = first.end();
            Run two = second.end();

            assertThat(one.exitCode()).as("%s\n%s", one.log(), one.errors()).isZero();
            assertThat(two.exitCode()).as("%s\n%s", two.log(), two.errors()).isZero();
            assertThat(two.lines())
                    .as(two.log().toString())
                    .anySatisfy(
                            line -> assertThat(line).containsPattern(WAITS).contains(System.getProperty("user.name")));
        }
        faulty.serves("3");
        assertThat(faulty.revision()).isEqualTo(3);
        faulty.upgradable();
    }

    @Test
    @Order(2)
    @DisplayName("the second finds nothing to do when the first has done the same")
    void nothingLeftToDo() {
        String same = "{version: \"4\", fault: slow, seconds: 15}";
        int before = faulty.revision();
        try (Running first = faulty.deploy(same).start();
                Running second = secondOf(first, same)) {
            second.until(WAITS, Duration.ofMinutes(2));

            assertThat(first.end().exitCode()).isZero();
            assertThat(second.end().exitCode()).isZero();
        }
        assertThat(colleague.report().path("outcome").asText()).isEqualTo("unchanged");
        assertThat(faulty.revision()).isEqualTo(before + 1);
        faulty.serves("4");
    }

    @Test
    @Order(3)
    @DisplayName("the second gives up after gke.lock.wait, and says who is at work since when")
    void givesUp() {
        try (Running first = faulty.deploy("{version: \"5\", fault: slow, seconds: 25}")
                        .start();
                Running second = secondOf(first, "version: \"6\"", "-Dgke.lock.wait=5s")) {
            second.until(WAITS, Duration.ofMinutes(2));
            Run run = second.end();

            assertThat(run.exitCode()).isNotZero();
            assertThat(run.errors())
                    .as(run.log().toString())
                    .contains("GKE-412: ")
                    .contains(System.getProperty("user.name"));
            assertThat(first.alive()).as("the first is at work").isTrue();
            Measured.note(workshop.target(), "two at once, gke.lock.wait=5s", "GKE-412", run);
            assertThat(first.end().exitCode()).isZero();
        }
        faulty.serves("5");
        faulty.upgradable();
        faulty.leavesNothing();
        colleague.leavesNothing();
    }

    /** Starts the colleague's deploy once the first one has the lock. */
    private Running secondOf(Running first, String values, String... arguments) {
        faulty.awaitLock(first);
        return colleague.deploy(values).with(arguments).start();
    }
}
