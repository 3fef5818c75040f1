package dev.slipway.serving;

import dev.slipway.serving.model.BadModelException;
import dev.slipway.train.Trainer;
import dev.slipway.train.TrainingException;
import dev.slipway.train.TrainingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train}: makes a model folder from labelled rows. */
@Command(
        name = "train",
        description =
                "Trains an isolation forest and writes it as a model folder. The same input gives the same bytes.",
        sortOptions = false,
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            defaultValue = "${env:TRAIN_DATA}",
            description = "CSV with a header, plain or .gz (TRAIN_DATA)")
    private Path data;

    @Option(
            names = "--features",
            required = true,
            split = ",",
            paramLabel = "COLUMN",
            defaultValue = "${env:TRAIN_FEATURES}",
            description =
                    "Columns to train on, in the order in which requests give them, comma separated (TRAIN_FEATURES)")
    private List<String> features;

    @Option(
            names = "--label",
            required = true,
            paramLabel = "COLUMN",
            defaultValue = "${env:TRAIN_LABEL}",
            description =
                    "Column that is 1 for a known outlier and 0 otherwise; only measures the result (TRAIN_LABEL)")
    private String label;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            defaultValue = "${env:TRAIN_OUT}",
            description = "Folder to write model.onnx, card.json and golden.json into (TRAIN_OUT)")
    private Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "${env:TRAIN_NAME:-isolation-forest}",
            description = "Name of the model (TRAIN_NAME, isolation-forest)")
    private String name;

    @Option(
            names = "--source",
            paramLabel = "TEXT",
            defaultValue = "${env:TRAIN_SOURCE:-unknown}",
            description = "Where the data comes from, for the card (TRAIN_SOURCE, unknown)")
    private String source;

    @Option(
            names = "--trees",
            paramLabel = "N",
            defaultValue = "${env:TRAIN_TREES:-100}",
            description = "Number of trees (TRAIN_TREES, 100)")
    private int trees;

    @Option(
            names = "--subsample",
            paramLabel = "N",
            defaultValue = "${env:TRAIN_SUBSAMPLE:-256}",
            description = "Rows that each tree sees (TRAIN_SUBSAMPLE, 256)")
    private int subsample;

    @Option(
            names = "--contamination",
            paramLabel = "PART",
            defaultValue = "${env:TRAIN_CONTAMINATION:-0.1}",
            description = "Part of the training rows to call outliers, up to 0.5 (TRAIN_CONTAMINATION, 0.1)")
    private double contamination;

    @Option(
            names = "--held-out",
            paramLabel = "PART",
            defaultValue = "${env:TRAIN_HELD_OUT:-0.3}",
            description = "Part of the rows kept out of training to measure the result (TRAIN_HELD_OUT, 0.3)")
    private double heldOut;

    @Option(
            names = "--min-auc",
            paramLabel = "AUC",
            defaultValue = "${env:TRAIN_MIN_AUC:-0.97}",
            description = "Least ROC AUC on the held-out rows; below it nothing is written (TRAIN_MIN_AUC, 0.97)")
    private double minAuc;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TRAIN_SEED:-42}",
            description = "What every random number comes from (TRAIN_SEED, 42)")
    private long seed;

    @Override
    public Integer call() throws TrainingException, BadModelException {
        Trainer.Result result = Trainer.train(plan(), out);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s %s: trained on %d rows, ROC AUC %.4f on %d held-out rows%n",
                        name,
                        result.version(),
                        result.trainedRows(),
                        result.auc(),
                        result.heldOutRows());
        CheckCommand.check(out, spec.commandLine().getOut());
        return CommandLine.ExitCode.OK;
    }

    private TrainingPlan plan() {
        try {
            return new TrainingPlan(
                    name, data, source, features, label, trees, subsample, contamination, heldOut, minAuc, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
