package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A copy of this checkout, as a colleague would have cloned it: a clean tree with a commit, and nothing built. */
final class Checkout {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Path logs;
    private final Path repository;

    private Checkout(Path folder, Path logs, Path repository) {
        this.folder = folder;
        this.logs = logs;
        this.repository = repository;
    }

    /**
     * Copies what git would commit, changes that are not committed yet included, and commits the copy.
     *
     * @param source a git checkout
     * @param folder where the copy goes; replaced if it exists
     * @param logs where the logs of the copy's builds go
     * @param repository the local repository of the copy's builds
     */
    static Checkout copyOf(Path source, Path folder, Path logs, Path repository) {
        Narrator.say("copying the checkout to " + source.relativize(folder));
        try {
            deleteTree(folder);
            for (String name :
                    git(source, "ls-files", "-co", "--exclude-standard", "-z").split("\0", -1)) {
                Path from = source.resolve(name);
                if (name.isEmpty() || !Files.exists(from)) {
                    continue;
                }
                Path to = folder.resolve(name);
                Files.createDirectories(to.getParent());
                Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git(folder, "init", "-q", "-b", "main");
        git(folder, "add", "-A");
        git(folder, "commit", "-q", "-m", "What the end-to-end tests build");
        return new Checkout(folder, logs, repository);
    }

    /** {@return the local repository of its builds} */
    Path repository() {
        return repository;
    }

    /** {@return where the copy is} */
    Path folder() {
        return folder;
    }

    /** {@return a file of the copy} */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** {@return the command that a user would type, to be run in the copy} */
    MavenCommand mvn(String documented) {
        return new MavenCommand(folder, logs, repository, documented);
    }

    /** Runs another command of the documents in the copy and gives what it printed. */
    String sh(String command) {
        Narrator.say(command);
        String text = Program.of("bash", "-euc", command).in(folder).text();
        Commands.ran(command);
        return text;
    }

    /** {@return what has changed since the copy was made, a line per file, as git tells it; what git ignores is not named} */
    String changes() {
        return git(folder, "status", "--porcelain");
    }

    /** {@return the commit that is checked out} */
    String commit() {
        return git(folder, "rev-parse", "HEAD").strip();
    }

    /** Changes a file of the copy; {@link #restore()} undoes it. */
    void change(String name, UnaryOperator<String> edit) {
        try {
            String before = Files.readString(file(name));
            String after = edit.apply(before);
            if (after.equals(before)) {
                throw new IllegalArgumentException("the edit changes nothing in " + name);
            }
            Files.writeString(file(name), after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes every change of the copy back. What was built stays. */
    void restore() {
        git(folder, "checkout", "-q", "--", ".");
        git(folder, "clean", "-fdq");
    }

    /** {@return {@code target/gke/deployment.json} of a module} */
    JsonNode report(String module) {
        return json(module + "/target/gke/deployment.json");
    }

    /** {@return a file of the copy, read as JSON} */
    JsonNode json(String name) {
        try {
            return JSON.readTree(file(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String git(Path folder, String... arguments) {
        // The same author and date each time, so that the same content is the same commit.
        return Program.of(
                        "git", "-c", "user.name=e2e", "-c", "user.email=e2e@example.org", "-c", "commit.gpgsign=false")
                .and(arguments)
                .in(folder)
                .with("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
                .with("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
                .text();
    }

    /** Copies a folder and all that is in it. */
    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> paths = Files.walk(folder)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
