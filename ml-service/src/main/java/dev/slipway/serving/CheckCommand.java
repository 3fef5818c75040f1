package dev.slipway.serving;

import dev.slipway.serving.model.BadModelException;
import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelFolder;
import dev.slipway.serving.model.Scorer;
import dev.slipway.serving.onnx.OnnxScorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code check}: whether a model folder would be served. */
@Command(
        name = "check",
        description =
                "Loads a model folder as serve does, replays its golden answers, and says whether it would be served.",
        sortOptions = false,
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FOLDER",
            defaultValue = "${env:CHECK_MODEL}",
            description = "Folder with model.onnx, card.json and golden.json (CHECK_MODEL)")
    private Path model;

    @Option(
            names = "--copy-to",
            paramLabel = "FOLDER",
            defaultValue = "${env:CHECK_COPY_TO:-" + Option.NULL_VALUE + "}",
            description = "Where to copy the three files if all is well; the build uses it (CHECK_COPY_TO)")
    private @Nullable Path copyTo;

    @Override
    public Integer call() throws BadModelException, IOException {
        check(model, spec.commandLine().getOut());
        if (copyTo != null) {
            ModelFolder.copy(model, copyTo);
        }
        return CommandLine.ExitCode.OK;
    }

    static void check(Path folder, PrintWriter out) throws BadModelException {
        ModelFolder model = ModelFolder.read(folder);
        try (Scorer scorer = OnnxScorer.load(model)) {
            Golden.Replay replay = model.golden().replay(scorer);
            if (!replay.passed()) {
                List<String> faults = replay.faults();
                throw new BadModelException(faults.subList(0, Math.min(5, faults.size())));
            }
            out.printf(
                    "%s %s: %d known answers replayed by ONNX Runtime, greatest error %.1e%n",
                    model.card().name(), model.card().version(), replay.rows(), replay.worstError());
        }
    }
}
