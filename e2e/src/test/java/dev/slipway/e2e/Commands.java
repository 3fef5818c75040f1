package dev.slipway.e2e;

import java.util.Set;
import java.util.TreeSet;

/** What was really run in this JVM, as a user would type it: the measure for the commands in the documents. */
final class Commands {
    private static final Set<String> RAN = new TreeSet<>();

    private Commands() {}

    /** Notes a command that was run and did what its test expects. */
    static synchronized void ran(String command) {
        RAN.add(plain(command));
    }

    /** {@return all that were run so far} */
    static synchronized Set<String> all() {
        return new TreeSet<>(RAN);
    }

    /** {@return a command with one space between its words and without the switches that change only what Maven prints} */
    static String plain(String command) {
        return command.replaceAll("\\s+", " ")
                .replaceAll(" (-B|-ntp|--batch-mode|--no-transfer-progress)(?= |$)", "")
                .strip();
    }
}
