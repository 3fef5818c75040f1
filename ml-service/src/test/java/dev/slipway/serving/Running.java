package dev.slipway.serving;

import dev.slipway.serving.config.ServeConfig;
import dev.slipway.serving.model.BadModelException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A real service on a free port, and a client of it. */
final class Running implements AutoCloseable {
    static final int MAX_BODY = 100_000;
    static final int MAX_ROWS = 1_000;

    private final Service service;
    private final TestClient client;

    private Running(Optional<Path> model) throws BadModelException {
        Main.readLogging();
        service = Service.start(
                new ServeConfig("localhost", 0, model, Duration.ZERO, Duration.ofSeconds(20), MAX_BODY, MAX_ROWS));
        client = new TestClient(service.port());
    }

    /** With the model that the build trained. */
    static Running bundled() throws BadModelException {
        return new Running(Optional.empty());
    }

    static Running with(Path model) throws BadModelException {
        return new Running(Optional.of(model));
    }

    /** Where the tests have a file of their own. */
    static Path resource(String name) {
        try {
            return Path.of(Running.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    TestClient client() {
        return client;
    }

    int port() {
        return service.port();
    }

    Service service() {
        return service;
    }

    @Override
    public void close() {
        service.drain();
        client.close();
    }
}
