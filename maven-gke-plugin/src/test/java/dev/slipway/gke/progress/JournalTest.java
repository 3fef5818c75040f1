package dev.slipway.gke.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.secret.KnownSecrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The journal")
class JournalTest {
    private final FakeTime time = new FakeTime();
    private final List<String> said = new ArrayList<>();
    private final List<String> warned = new ArrayList<>();
    private final StringBuilder screen = new StringBuilder();
    private final Journal plain = new Journal(time, said::add, warned::add);
    private final Journal moving = new Journal(
            time,
            new TerminalDisplay(
                    line -> screen.append(line).append('\n'),
                    line -> screen.append("! ").append(line).append('\n'),
                    screen::append,
                    40),
            new KnownSecrets());

    @Test
    @DisplayName("says a line per change of state, and keeps each with its time")
    void changes() {
        Progress.Line line = plain.begin("rollout", "revision 8");
        forward(1_000);
        line.update("0/1 ready, pulling image");
        line.update("0/1 ready, pulling image");
        forward(500);
        line.done("1/1 ready after 1 s");

        assertThat(said)
                .containsExactly(
                        "rollout   revision 8", "rollout   0/1 ready, pulling image", "rollout   1/1 ready after 1 s");
        Journal.Entry entry = plain.entries().get(0);
        assertThat(entry.took()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(entry.said())
                .extracting(state -> Duration.between(entry.began(), state.at()).toMillis())
                .containsExactly(0L, 1_000L, 1_500L);
    }

    @Test
    @DisplayName("gives each warning once, since a plan that is made anew warns anew")
    void warnsOnce() {
        plain.warn("the disk is full");
        plain.warn("the disk is full");
        plain.warn("the disk is on fire");

        assertThat(warned).containsExactly("the disk is full", "the disk is on fire");
        assertThat(plain.warnings()).isEqualTo(warned);
    }

    @Test
    @DisplayName("is never silent for more than ten seconds, and says for how long the step has been at it")
    void still() {
        Progress.Line line = plain.begin("login", "to Google");
        tickFor(35_000);
        line.done("deployer@acme");
        tickFor(10_000);

        assertThat(said)
                .containsExactly(
                        "login     to Google",
                        "login     still to Google, 10 s",
                        "login     still to Google, 19 s",
                        "login     still to Google, 29 s",
                        "login     deployer@acme",
                        "          still at work");
    }

    @Test
    @DisplayName("says nothing of itself any more when the goal is over")
    void over() {
        plain.begin("login", "to Google");
        plain.rest();
        tickFor(35_000);

        assertThat(said).containsExactly("login     to Google");
    }

    @Test
    @DisplayName("does not keep in the report that it was still at it")
    void record() {
        plain.begin("login", "to Google");
        tickFor(35_000);

        assertThat(plain.entries().get(0).said()).hasSize(1);
    }

    @Test
    @DisplayName("speaks of the step that began last and has not ended")
    void newest() {
        plain.begin("rollout", "revision 8");
        plain.begin("address", "waiting for one").done("http://10.0.0.1");
        tickFor(10_000);

        assertThat(said.get(said.size() - 1)).isEqualTo("rollout   still revision 8, 10 s");
    }

    @Test
    @DisplayName("moves one line on a terminal, which is gone before a line that stays, and never breaks")
    void moves() {
        Progress.Line line = moving.begin("rollout", "0/1 ready, pulling image of some length");
        moving.tick();
        forward(1_125);
        moving.tick();
        line.update("1/1");
        moving.rest();

        assertThat(screen.toString())
                .isEqualTo("rollout   0/1 ready, pulling image of some length\n"
                        + "\r  |    rollout   0 s  0/1 ready, pulli…"
                        + "\r  /    rollout   1 s  0/1 ready, pulli…"
                        + "\r" + " ".repeat(39) + "\r"
                        + "rollout   1/1\n");
    }

    @Test
    @DisplayName("shows nothing that a terminal or a CI would obey, and no secret")
    void harmless() {
        plain.hide(List.of("correct-horse-battery"));
        plain.begin("logs", "\u001B[31mred\u001B[0m\r\n::set-output name=a::b ##[add-mask]x correct-horse-battery");
        plain.warn("::error::x");

        assertThat(said).containsExactly("logs      red ::set-output name=a::b ## [add-mask]x ****");
        assertThat(warned).containsExactly(": :error::x");
    }

    @Test
    @DisplayName("counts a step that was not ended as failed, and keeps the facts")
    void failed() {
        plain.begin("rollout", "revision 8");
        plain.found(Progress.Fact.REVISION, "8");

        assertThat(plain.entries().get(0).outcome()).isEqualTo(Journal.Outcome.FAILED);
        assertThat(plain.fact(Progress.Fact.REVISION)).hasValue("8");
    }

    @Test
    @DisplayName("lets a step that failed end when the next begins, such as the way back")
    void wayBack() {
        plain.begin("rollout", "revision 8");
        forward(2_000);
        plain.begin("rollback", "to revision 7");
        forward(3_000);

        assertThat(plain.entries())
                .extracting(Journal.Entry::took)
                .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    private void tickFor(int millis) {
        for (int passed = 0; passed < millis; passed += 500) {
            forward(500);
            plain.tick();
        }
    }

    private void forward(int millis) {
        time.forward(Duration.ofMillis(millis));
    }
}
