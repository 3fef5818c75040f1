package dev.slipway.e2e;

import java.nio.file.Path;

/** A Docker engine of the tests' own; see {@code tools/docker-up}. */
final class Engine implements AutoCloseable {
    private final Path tools;
    private final String host;

    private Engine(Path tools, String host) {
        this.tools = tools;
        this.host = host;
    }

    /** Starts it. */
    static Engine start(Path tools) {
        Narrator.say("a Docker engine of our own");
        String text = Program.of(tools.resolve("docker-up").toString()).text();
        String host = text.lines()
                .filter(line -> line.startsWith("DOCKER_HOST="))
                .map(line -> line.substring("DOCKER_HOST=".length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docker-up does not say where the engine is:\n" + text));
        return new Engine(tools, host);
    }

    /** {@return the value of DOCKER_HOST} */
    String host() {
        return host;
    }

    @Override
    public void close() {
        Program.of(tools.resolve("docker-down").toString()).text();
    }
}
