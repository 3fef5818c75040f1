package dev.slipway.serving.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the service counts. One per server, so that two servers in one process do not mix. */
public final class Metrics {
    private static final double NANOS = 1e-9;

    /** Names, help and buckets: the one place where a dashboard can look them up. */
    private enum Name {
        HTTP_REQUESTS("http_requests", "HTTP requests answered"),
        HTTP_SECONDS("http_request_duration_seconds", "Time from a request's headers to its whole answer"),
        IN_FLIGHT("http_requests_in_flight", "HTTP requests being answered, this one included"),
        PREDICTIONS("predictions", "Rows scored, by the label they got"),
        OUT_OF_RANGE("prediction_rows_out_of_training_range", "Rows scored that had a value which training never saw"),
        REFUSED_INPUTS("prediction_inputs_refused", "Requests refused because of what they contain"),
        SCORING_SECONDS("scoring_duration_seconds", "Time the model took for the rows of one request"),
        MODEL("model", "The model that is served"),
        GOLDEN_ERROR(
                "model_golden_error", "Greatest difference of a score to its known value when the model was loaded"),
        READY("ready", "1 if the service takes requests");

        private final String text;
        private final String help;

        Name(String text, String help) {
            this.text = text;
            this.help = help;
        }
    }

    /** Seconds. A row takes some 10 microseconds, a whole request some 100. */
    private static final double[] BUCKETS = {
        5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Counter requests = Counter.builder()
            .name(Name.HTTP_REQUESTS.text)
            .help(Name.HTTP_REQUESTS.help)
            .labelNames("route", "status")
            .register(registry);
    private final Histogram requestSeconds = Histogram.builder()
            .name(Name.HTTP_SECONDS.text)
            .help(Name.HTTP_SECONDS.help)
            .labelNames("route")
            .classicOnly()
            .classicUpperBounds(BUCKETS)
            .register(registry);
    private final Gauge inFlight =
            Gauge.builder().name(Name.IN_FLIGHT.text).help(Name.IN_FLIGHT.help).register(registry);
    private final Counter predictions = Counter.builder()
            .name(Name.PREDICTIONS.text)
            .help(Name.PREDICTIONS.help)
            .labelNames("label")
            .register(registry);
    private final Counter outOfRange = Counter.builder()
            .name(Name.OUT_OF_RANGE.text)
            .help(Name.OUT_OF_RANGE.help)
            .register(registry);
    private final Counter refusedInputs = Counter.builder()
            .name(Name.REFUSED_INPUTS.text)
            .help(Name.REFUSED_INPUTS.help)
            .register(registry);
    private final Histogram scoringSeconds = Histogram.builder()
            .name(Name.SCORING_SECONDS.text)
            .help(Name.SCORING_SECONDS.help)
            .classicOnly()
            .classicUpperBounds(BUCKETS)
            .register(registry);
    private final Info model = Info.builder()
            .name(Name.MODEL.text)
            .help(Name.MODEL.help)
            .labelNames("name", "version")
            .register(registry);
    private final Gauge goldenError = Gauge.builder()
            .name(Name.GOLDEN_ERROR.text)
            .help(Name.GOLDEN_ERROR.help)
            .register(registry);

    /** Starts at zero. The JVM's own metrics are among them. */
    public Metrics(BooleanSupplier ready) {
        GaugeWithCallback.builder()
                .name(Name.READY.text)
                .help(Name.READY.help)
                .callback(callback -> callback.call(ready.getAsBoolean() ? 1 : 0))
                .register(registry);
        JvmMetrics.builder().register(registry);
        predictions.initLabelValues("1");
        predictions.initLabelValues("-1");
    }

    /** A request has come in; {@link #left} has to follow. */
    public void entered() {
        inFlight.inc();
    }

    /** A request is done with. */
    public void left() {
        inFlight.dec();
    }

    /** A request was answered. {@code route} is one of a handful of fixed texts, never what a client sent. */
    public void answered(String route, int status, long nanos) {
        requests.labelValues(route, Integer.toString(status)).inc();
        requestSeconds.labelValues(route).observe(nanos * NANOS);
    }

    /** Rows were scored. */
    public void scored(long inliers, long outliers, long rowsOutOfRange, long nanos) {
        predictions.labelValues("1").inc(inliers);
        predictions.labelValues("-1").inc(outliers);
        outOfRange.inc(rowsOutOfRange);
        scoringSeconds.observe(nanos * NANOS);
    }

    /** A request was refused because of what it contains. */
    public void refusedInput() {
        refusedInputs.inc();
    }

    /** A model was loaded and has replayed its known answers. */
    public void loaded(String name, String version, double worstError) {
        model.setLabelValues(name, version);
        goldenError.set(worstError);
    }

    /**
     * All of it, in the format that a client asks for.
     *
     * @param content what was written
     */
    public record Page(String contentType, String content) {}

    /** {@return the page for a request's {@code Accept} header; text if it has none} */
    public Page page(@Nullable String accept) {
        ExpositionFormatWriter text = formats.getPrometheusTextFormatWriter();
        ExpositionFormatWriter open = formats.getOpenMetricsTextFormatWriter();
        ExpositionFormatWriter writer = open.accepts(accept) ? open : text;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Page(writer.getContentType(), out.toString(java.nio.charset.StandardCharsets.UTF_8));
    }
}
