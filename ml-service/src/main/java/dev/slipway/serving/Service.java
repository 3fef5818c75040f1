package dev.slipway.serving;

import dev.slipway.serving.config.ServeConfig;
import dev.slipway.serving.health.Health;
import dev.slipway.serving.http.HttpServer;
import dev.slipway.serving.metrics.Metrics;
import dev.slipway.serving.model.BadModelException;
import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelFolder;
import dev.slipway.serving.model.Scorer;
import dev.slipway.serving.onnx.OnnxScorer;
import dev.slipway.serving.predict.Predictor;
import java.lang.System.Logger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One running server and the model in it, from start to drain. */
final class Service {
    private static final Logger LOG = System.getLogger(Service.class.getName());

    private final ServeConfig config;
    private final Health health;
    private final HttpServer http;
    private @Nullable Scorer scorer;

    private Service(ServeConfig config, Health health, HttpServer http) {
        this.config = config;
        this.health = health;
        this.http = http;
    }

    /**
     * Listens, then loads the model and lets it prove itself. A model that does not leaves a server that is live, not ready, and says
     * why.
     *
     * @throws BadModelException if the folder has no model to load at all; nothing runs then
     */
    static Service start(ServeConfig config) throws BadModelException {
        ModelFolder model =
                config.model().isPresent() ? ModelFolder.read(config.model().get()) : ModelFolder.bundled();
        Health health = new Health();
        Metrics metrics = new Metrics(() -> health.acceptsRequests().yes());
        Service service = new Service(config, health, HttpServer.start(config, health, metrics));
        service.load(model, metrics);
        return service;
    }

    int port() {
        return http.port();
    }

    Health health() {
        return health;
    }

    /** Not ready first; goes on serving for the grace time; then lets the requests in flight end, and stops. */
    void drain() {
        health.drain();
        LOG.log(Logger.Level.INFO, "asked to end: not ready, serving for another {0}", text(config.grace()));
        try {
            Thread.sleep(config.grace());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.stop();
        synchronized (this) {
            if (scorer != null) {
                scorer.close();
                scorer = null;
            }
        }
        LOG.log(Logger.Level.INFO, "ended");
    }

    private synchronized void load(ModelFolder model, Metrics metrics) {
        String name = model.card().name() + " " + model.card().version();
        try {
            scorer = OnnxScorer.load(model);
            Golden.Replay replay = model.golden().replay(scorer);
            if (!replay.passed()) {
                refuse(
                        name,
                        replay.faults().size() + " of " + replay.rows() + " known answers are wrong, the first: "
                                + replay.faults().getFirst());
                return;
            }
            metrics.loaded(model.card().name(), model.card().version(), replay.worstError());
            http.serve(new Predictor(model.card(), scorer, metrics));
            health.ready();
            LOG.log(
                    Logger.Level.INFO,
                    "ready on port {0}: {1}, {2} known answers replayed, greatest error {3}",
                    Integer.toString(http.port()),
                    name,
                    replay.rows(),
                    Double.toString(replay.worstError()));
        } catch (BadModelException | IllegalStateException e) {
            refuse(name, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(String name, String reason) {
        health.refuse(reason);
        LOG.log(Logger.Level.ERROR, "{0} will not be served: {1}", name, reason);
    }

    private static String text(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
