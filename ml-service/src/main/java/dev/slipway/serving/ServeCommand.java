package dev.slipway.serving;

import dev.slipway.serving.config.ServeConfig;
import dev.slipway.serving.model.BadModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: answers over HTTP until the process is asked to end. */
@Command(
        name = "serve",
        description = "Serves a model over HTTP until it is asked to end (SIGTERM, Ctrl-C).",
        sortOptions = false,
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "${env:SERVE_HOST:-0.0.0.0}",
            description = "Address to listen on (SERVE_HOST, 0.0.0.0)")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "${env:SERVE_PORT:-8000}",
            description = "Port to listen on, 0 for any free one (SERVE_PORT, 8000)")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            defaultValue = "${env:SERVE_MODEL:-" + Option.NULL_VALUE + "}",
            description = "Folder with model.onnx, card.json and golden.json (SERVE_MODEL, the model inside the jar)")
    private @Nullable Path model;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "${env:SERVE_GRACE:-0s}",
            converter = DurationConverter.class,
            description =
                    "How long to go on serving after SIGTERM, no longer ready, so that load balancers look away first"
                            + " (SERVE_GRACE, 0s; 5s in the image)")
    private Duration grace;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "${env:SERVE_DRAIN:-20s}",
            converter = DurationConverter.class,
            description = "How long the requests in flight may take after that (SERVE_DRAIN, 20s)")
    private Duration drain;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "${env:SERVE_MAX_BODY:-1048576}",
            description = "Longest request body (SERVE_MAX_BODY, 1048576)")
    private int maxBody;

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            defaultValue = "${env:SERVE_MAX_ROWS:-10000}",
            description = "Most rows in one request (SERVE_MAX_ROWS, 10000)")
    private int maxRows;

    @Override
    public Integer call() throws BadModelException, InterruptedException {
        Service service = Service.start(config());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            service.drain();
                            ended.countDown();
                        },
                        "drain"));
        ended.await();
        return CommandLine.ExitCode.OK;
    }

    private ServeConfig config() {
        try {
            return new ServeConfig(host, port, Optional.ofNullable(model), grace, drain, maxBody, maxRows);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
