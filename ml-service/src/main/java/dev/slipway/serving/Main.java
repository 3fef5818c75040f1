package dev.slipway.serving;

import dev.slipway.serving.model.BadModelException;
import dev.slipway.train.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong, 143 ended by SIGTERM. */
@Command(
        name = "ml-service",
        description = "Trains, checks and serves a model, and asks a service.",
        footer = {
            "",
            "Every option can be given as the environment variable named beside it, before its default.",
            "ORT_DISABLE_TELEMETRY  1 keeps ONNX Runtime from phoning home; set to 1 if it is not set"
        },
        subcommands = {ServeCommand.class, TrainCommand.class, CheckCommand.class, AskCommand.class},
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", SteadyLogManager.class.getName());
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        readLogging();
        CommandLine program = program();
        if (arguments.length == 0) {
            program.usage(program.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        return program.execute(arguments);
    }

    static CommandLine program() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((fault, command, parsed) -> {
            if (!expected(fault)) {
                throw fault;
            }
            command.getErr().println(command.getColorScheme().errorText(command.getCommandName() + ": " + said(fault)));
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    /** What a user can do something about is said in a sentence; anything else is a fault of this program and has a stack trace. */
    private static boolean expected(Exception fault) {
        return fault instanceof BadModelException
                || fault instanceof TrainingException
                || fault instanceof IOException
                || fault instanceof UncheckedIOException;
    }

    private static String said(Exception fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "cannot listen there: " + cause.getMessage() + ". Name another with --port or SERVE_PORT.";
            }
        }
        return String.valueOf(fault.getMessage());
    }

    static void readLogging() {
        try (InputStream properties = Main.class.getResourceAsStream("/logging.properties")) {
            if (properties != null) {
                LogManager.getLogManager().readConfiguration(properties);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Knows the version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"ml-service " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
