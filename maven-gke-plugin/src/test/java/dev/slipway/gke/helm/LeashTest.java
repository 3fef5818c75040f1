package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Helm binary that changes a release")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs of this test are shell scripts")
class LeashTest {
    @TempDir
    Path temp;

    /** What a test kills: runs a program on the leash, and waits for it. */
    static final class Owner {
        public static void main(String[] command) throws IOException, InterruptedException {
            new ProcessBuilder(leashed(List.of(command))).start().waitFor();
        }
    }

    @Test
    @DisplayName("is told to end when its owner is killed, and by nothing else")
    void ownerKilled() throws Exception {
        Path told = temp.resolve("told");
        Path helm = program("""
                trap 'echo ended >> %1$s; exit 3' TERM
                echo $$ > %1$s
                while :; do sleep 0.1; done""".formatted(told));
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        helm.toString(),
                        "upgrade")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            await(told, 1);
            TimeUnit.MILLISECONDS.sleep(300);
            assertThat(told).content().doesNotContain("ended");
        } finally {
            owner.destroyForcibly();
        }

        await(told, 2);
        assertThat(told).content().endsWith("ended\n");
        long number = Long.parseLong(Files.readAllLines(told).get(0));
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        while (alive(number) && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(alive(number)).isFalse();
    }

    @Test
    @DisplayName("gets its arguments as they are and nothing to read, and its exit code is its own")
    void transparent() throws Exception {
        Path helm = program("cat; printf '%s|' \"$@\"; exit 7");

        Process process = new ProcessBuilder(leashed(List.of(helm.toString(), "upgrade", "a b", "$c", "'d"))).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("upgrade|a b|$c|'d|");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    @Test
    @DisplayName("is ended as the owner's own child is")
    void ended() throws Exception {
        Path told = temp.resolve("told");
        Path helm = program("trap 'exit 3' TERM\necho > " + told + "\nwhile :; do sleep 0.1; done");
        Process process = new ProcessBuilder(leashed(List.of(helm.toString(), "test"))).start();
        await(told, 1);

        process.destroy();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
    }

    @Test
    @DisplayName("is the only one that is held: who only reads harms nobody")
    void readers() {
        assertThat(List.of("install", "upgrade", "uninstall", "test"))
                .allMatch(command -> Leash.holds(List.of(command, "shop")));
        assertThat(List.of("version", "lint", "template", "package", "pull"))
                .noneMatch(command -> Leash.holds(List.of(command, "shop")));
    }

    private static List<String> leashed(List<String> command) {
        List<String> leashed = new ArrayList<>(Leash.SHELL);
        leashed.addAll(command);
        return leashed;
    }

    private static boolean alive(long number) {
        return ProcessHandle.of(number).filter(ProcessHandle::isAlive).isPresent();
    }

    private Path program(String script) throws IOException {
        Path file = temp.resolve("helm");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static void await(Path file, int lines) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
            assertThat(Instant.now()).as("time for line %d", lines).isBefore(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
