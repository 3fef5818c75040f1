package dev.slipway.gke.mojo;

import dev.slipway.gke.progress.Display;
import dev.slipway.gke.progress.TerminalDisplay;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.jspecify.annotations.Nullable;

/** Chooses the display: one that moves only where a person looks at a terminal and nobody else writes to it meanwhile. */
final class Screen {
    /** Terminals are rarely narrower, and Java does not say how wide they are. */
    private static final int COLUMNS = 80;

    private Screen() {}

    // Newer JDKs, which give a Console in any case, are asked by isTerminal.
    @SuppressWarnings("SystemConsoleNull")
    static Display of(MavenSession session, Log log) {
        String module = session.getCurrentProject().getArtifactId();
        Consumer<String> info = parallel(session) ? line -> log.info(module + ": " + line) : log::info;
        Console console = System.console();
        if (console == null
                || !isTerminal(console)
                || parallel(session)
                || !session.getRequest().isInteractiveMode()
                || !log.isInfoEnabled()
                || log.isDebugEnabled()
                || !moves(System.getenv())) {
            return Display.plain(info, log::warn);
        }
        PrintWriter terminal = console.writer();
        return new TerminalDisplay(
                info,
                log::warn,
                text -> {
                    terminal.print(text);
                    terminal.flush();
                },
                columns(System.getenv("COLUMNS")));
    }

    /** {@return whether what Maven prints is read on a terminal that shows colours} */
    @SuppressWarnings("SystemConsoleNull")
    static boolean coloured(MavenSession session) {
        Console console = System.console();
        return console != null
                && isTerminal(console)
                && session.getRequest().isInteractiveMode()
                && moves(System.getenv());
    }

    /** {@return whether the environment speaks of a person at a terminal that can take back what it shows} */
    static boolean moves(Map<String, String> environment) {
        return !environment.containsKey("CI")
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    static int columns(@Nullable String said) {
        return said != null && said.matches("[1-9][0-9]{1,3}") ? Math.min(COLUMNS, Integer.parseInt(said)) : COLUMNS;
    }

    /** Modules that run side by side write lines between each other's: each line says whose it is, and none moves. */
    private static boolean parallel(MavenSession session) {
        return session.isParallel() && session.getProjects().size() > 1;
    }

    /** From JDK 22 on there is a Console without a terminal, too; only those JDKs can be asked. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }
}
