package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Holds the documents against what was run: by these tests, which have all ended by now, and by {@code .ci/run}. */
@EndToEnd
@Order(11)
@DisplayName("The documents")
class DocumentIT {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(.*?)```");
    private static final Pattern INLINE =
            Pattern.compile("`(mvn [^`]+|local-cluster/[a-z]+(?: [^`]*)?|java -jar [^`]+)`");
    private static final Pattern CI = Pattern.compile("(?m)^\\s*step (mvn .+)$");

    private final Workshop workshop;

    DocumentIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("name no command that was not run by these tests or by .ci/run")
    void nothingUntried() throws IOException {
        Set<String> ran = new TreeSet<>(Commands.all());
        Matcher ci = CI.matcher(Files.readString(workshop.source().resolve(".ci/run")));
        while (ci.find()) {
            ran.add(Commands.plain(ci.group(1)));
        }
        TreeMap<String, Path> untried = new TreeMap<>();
        for (Path document : documents()) {
            for (String command : commands(Files.readString(document))) {
                if (!ran.contains(command)) {
                    untried.put(command, workshop.source().relativize(document));
                }
            }
        }
        assertThat(untried).as("commands that nobody has run; run were %s", ran).isEmpty();
    }

    @Test
    @Order(2)
    @DisplayName("and workflows: .github/lint has nothing to say")
    void workflows() {
        assertThat(workshop.checkout().sh(".github/lint")).doesNotContain("error");
    }

    private List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> files = Files.list(workshop.source())) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        }
        documents.add(workshop.source().resolve("chart/README.md"));
        try (Stream<Path> files = Files.walk(workshop.source().resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md"))
                    // Decisions tell what was tried, not what to type.
                    .filter(file -> !file.toString().contains("/adr/"))
                    .forEach(documents::add);
        }
        return documents;
    }

    private static Set<String> commands(String document) {
        Set<String> commands = new TreeSet<>();
        Matcher block = BLOCK.matcher(document);
        while (block.find()) {
            block.group(1)
                    .replace("\\\n", " ")
                    .lines()
                    .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .map(Commands::plain)
                    .forEach(commands::add);
        }
        Matcher inline = INLINE.matcher(document.replaceAll("(?s)```.*?```", ""));
        while (inline.find()) {
            // pr-NUMBER in a table stands for any pull request.
            commands.add(Commands.plain(inline.group(1)).replace("pr-NUMBER", "pr-1"));
        }
        return commands;
    }
}
