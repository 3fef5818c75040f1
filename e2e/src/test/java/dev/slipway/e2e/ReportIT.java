package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Opens the pages in a real browser that has no network: those that the plugin's own tests hold, which have in them what hurts a reader,
 * and those of deployments that are made here. Pictures are in {@code e2e/target/pages/}.
 */
@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName(
        "A report can be read in a browser without a network and without scripts, on a desk, in the dark and on a phone:")
class ReportIT {
    /** WCAG 2 AA, for text of the usual size. */
    private static final double CONTRAST = 4.5;

    private final Workshop workshop;
    private final Browser browser;

    ReportIT(Workshop workshop) {
        this.workshop = workshop;
        browser = Browser.start(workshop.tools());
    }

    @AfterAll
    void end() {
        browser.close();
    }

    @Test
    @Order(1)
    @DisplayName(
            "what a page must not do would be seen: asking for a picture, a style that is refused, letters too faint")
    void wouldBeSeen() throws IOException {
        Path page = workshop.target().resolve("pages/bad.html");
        Files.createDirectories(page.getParent());
        Files.writeString(page, """
                <!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="style-src 'none'">
                <style>.banner { display: flex }</style></head><body><p class="banner"><font color="#999999">faint</font></p>
                <img src="http://evil.example/x"><pre>%s</pre></body></html>
                """.formatted("wide".repeat(500)));

        Browser.View view =
                browser.open(page, Browser.Screen.PHONE, workshop.target().resolve("pages/bad.png"));

        assertThat(view.requests()).contains("http://evil.example/x");
        assertThat(view.complaints()).isNotEmpty();
        assertThat(view.styled()).isFalse();
        assertThat(view.overflow()).isPositive();
        assertThat(view.contrast()).isLessThan(CONTRAST);
        assertThat(view.faintest()).isEqualTo("faint");
    }

    @Test
    @Order(2)
    @DisplayName("every page that the plugin's tests hold, a log line with <script> included, which is text")
    void held() throws IOException {
        try (Stream<Path> files = Files.list(workshop.source().resolve("maven-gke-plugin/src/test/resources/report"))) {
            List<Path> pages = files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
            assertThat(pages).hasSize(5);
            for (Path page : pages) {
                String text = readable(styled(page));
                assertThat(text).contains("ml-service");
                if (page.endsWith("rolled-back.html")) {
                    assertThat(text)
                            .contains(
                                    "<script>alert(document.cookie)</script><img src=http://evil.example/x onerror=alert(1)>")
                            .contains("Revision 7 serves again")
                            .contains("spec.replicas");
                }
            }
        }
    }

    @Test
    @Order(3)
    @DisplayName(
            "a deployment, one with nothing to do, and a crash loop with its last words; GitHub gets a summary of each, and an"
                    + " annotation of the failure")
    void real() throws IOException {
        Path summary = Files.createTempFile("slipway-e2e-summary-", ".md");
        Faulty faulty = workshop.faulty("report")
                .with("GITHUB_ACTIONS", "true")
                .with("GITHUB_STEP_SUMMARY", summary.toString());
        try {
            faulty.good("1");
            assertThat(readable(kept(faulty, "deployed"))).contains("faulty is deployed in report");
            assertThat(Files.readString(summary)).startsWith("### :white_check_mark: faulty is deployed in report");

            faulty.good("1");
            assertThat(readable(kept(faulty, "unchanged"))).contains("faulty is unchanged in report");

            Run run = faulty.fails("GKE-505", "{version: \"2\", fault: crash, exitCode: 3}");
            Path page = kept(faulty, "failed");
            assertThat(readable(page))
                    .contains("faulty failed")
                    .contains("GKE-505")
                    .contains("fatal: the model file /models/model.onnx is not there")
                    .contains("CrashLoopBackOff");
            JsonNode container = faulty.report().at("/evidence/pods/0/containers/0");
            assertThat(container.path("exitCode").asInt()).isEqualTo(3);
            assertThat(container.path("log").toString() + container.path("previousLog"))
                    .contains("fatal: the model file");
            assertThat(faulty.report().at("/evidence/events")).isNotEmpty();
            assertThat(run.errors()).contains("target/gke/deployment.html");
            assertThat(run.lines())
                    .filteredOn(line -> line.startsWith("::"))
                    .singleElement()
                    .asString()
                    .startsWith("::error title=GKE-505::");
            assertThat(Files.readString(summary)).contains("GKE\\-505").contains("fatal: the model file");
        } finally {
            Files.delete(summary);
            faulty.deleteNamespace();
        }
    }

    /** The plugin's tests hold the pages without their style, and without the hash of it that a page's policy allows. */
    private Path styled(Path page) throws IOException {
        String style = Files.readString(
                workshop.source().resolve("maven-gke-plugin/src/main/resources/dev/slipway/gke/report/report.css"));
        Path copy = workshop.target().resolve("pages").resolve(page.getFileName());
        Files.createDirectories(copy.getParent());
        return Files.writeString(
                copy,
                Files.readString(page)
                        .replace("<style></style>", "<style>" + style + "</style>")
                        .replace("'sha256-'", "'sha256-" + sha256(style) + "'"));
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Path kept(Faulty faulty, String name) throws IOException {
        Path copy = workshop.target().resolve("pages").resolve("real-" + name + ".html");
        Files.createDirectories(copy.getParent());
        return Files.copy(faulty.page(), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Opens the page on each screen, and gives what a person reads at a desk. */
    private String readable(Path page) {
        String name = page.getFileName().toString().replace(".html", "");
        String text = "";
        for (Browser.Screen screen : Browser.Screen.values()) {
            String which = name + "-" + screen.name().toLowerCase(java.util.Locale.ROOT);
            Browser.View view = browser.open(page, screen, workshop.target().resolve("pages/" + which + ".png"));

            assertThat(view.requests().stream().filter(request -> !request.startsWith("data:")))
                    .as(which)
                    .containsExactly(page.toUri().toString());
            assertThat(view.complaints()).as(which).isEmpty();
            assertThat(view.styled()).as(which + " has its style").isTrue();
            assertThat(view.overflow()).as(which + " scrolls sideways").isZero();
            assertThat(view.contrast()).as(which + ", " + view.faintest()).isGreaterThanOrEqualTo(CONTRAST);
            text = screen == Browser.Screen.DESK ? view.text() : text;
        }
        return text;
    }
}
