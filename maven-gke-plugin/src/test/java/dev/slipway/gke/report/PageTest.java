package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayName("A report's page")
class PageTest {
    private static final Map<String, String> PAGES = Map.of(
            "rolled-back", DeploymentPage.of(Samples.rolledBack()),
            "failed", DeploymentPage.of(Samples.failed()),
            "deployed", DeploymentPage.of(Samples.deployed()),
            "unchanged", DeploymentPage.of(Samples.unchanged()),
            "plan", PlanPage.of(Samples.plan()));

    /** What makes a browser load something, or run something. */
    private static final Set<String> ACTIVE = Set.of(
            "script", "iframe", "object", "embed", "img", "image", "use", "audio", "video", "source", "form", "input",
            "base");

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"rolled-back", "failed", "deployed", "unchanged", "plan"})
    @DisplayName("is the one that was looked at")
    void golden(String name) throws IOException {
        Golden.same(name + ".html", Golden.withoutStyle(page(name)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"RESTORED, is back at an earlier revision", "UNDEPLOYED, is undeployed"})
    @DisplayName("says what became of a release that was no deployment's, and so does GitHub's summary")
    void noDeployment(Outcome outcome, String words) {
        DeploymentReport report = Samples.ended(outcome);
        assertThat(report.commit())
                .as("the restored revision's commit, not the build's")
                .isEqualTo("c0ffee");
        assertThat(DeploymentPage.of(report))
                .contains("ml-service " + words + " in dev")
                .contains("revision 5");
        assertThat(StepSummary.of(report, 0)).startsWith("### :white_check_mark:");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"rolled-back", "failed", "deployed", "unchanged", "plan"})
    @DisplayName("is well formed, loads nothing and runs nothing")
    void selfContained(String name) throws Exception {
        for (Element element : elements(page(name))) {
            assertThat(ACTIVE).doesNotContain(element.getTagName());
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                String attribute = element.getAttributes().item(i).getNodeName();
                assertThat(attribute).doesNotStartWith("on").isNotIn("src", "srcset", "style", "action", "background");
            }
            if (element.hasAttribute("href")) {
                // A place to go to is not loaded.
                assertThat(element.getTagName().equals("a")
                                || element.getAttribute("href").equals("data:,"))
                        .as(element.getAttribute("href"))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"rolled-back", "failed", "deployed", "unchanged", "plan"})
    @DisplayName("allows its own style and nothing else, and can be read in headings and tables with headers")
    void accessible(String name) throws Exception {
        List<Element> elements = elements(page(name));
        assertThat(elements.get(0).getAttribute("lang")).isEqualTo("en");
        assertThat(of(elements, "meta"))
                .anySatisfy(meta ->
                        assertThat(meta.getAttribute("content")).startsWith("default-src 'none'; style-src 'sha256-"));
        assertThat(of(elements, "h1")).hasSize(1);
        int level = 1;
        for (Element element : elements) {
            if (element.getTagName().matches("h[1-4]")) {
                int next = element.getTagName().charAt(1) - '0';
                assertThat(next).as("heading " + element.getTextContent()).isLessThanOrEqualTo(level + 1);
                level = next;
            }
        }
        for (Element table : of(elements, "table")) {
            assertThat(table.getElementsByTagName("caption").getLength()).isEqualTo(1);
            assertThat(scopes(table)).contains("col", "row").doesNotContain("");
        }
        for (Element pre : of(elements, "pre")) {
            assertThat(pre.getAttribute("tabindex")).isEqualTo("0");
            assertThat(pre.getAttribute("aria-label")).isNotEmpty();
        }
    }

    @Test
    @DisplayName("shows a log line with markup as text, without what a terminal obeys, and without a secret")
    void hostile() throws Exception {
        String page = page("rolled-back");
        String log = of(elements(page), "pre").get(0).getTextContent();
        assertThat(log)
                .contains("<script>alert(document.cookie)</script><img src=http://evil.example/x onerror=alert(1)>")
                .contains("red and  password ****");
        assertThat(page).doesNotContain(Samples.SECRET).doesNotContain("\u001B");
    }

    @Test
    @DisplayName("shows the failure, the pods with both logs, the events, the changes, and each step")
    void complete() throws Exception {
        List<Element> elements = elements(page("rolled-back"));
        assertThat(texts(of(elements, "h1"))).containsExactly("ml-service failed and was rolled back in dev");
        assertThat(texts(of(elements, "h2")))
                .containsExactly(
                        "What to try",
                        "Warnings",
                        "Pods",
                        "Events",
                        "Risks",
                        "What was to change",
                        "Values",
                        "What somebody else had changed",
                        "Timeline",
                        "Facts");
        assertThat(texts(of(elements, "summary")))
                .startsWith("Log of app, the last 8 lines", "Log of app before it was restarted, the last 3 lines");
        assertThat(texts(of(elements, "th"))).contains("login", "cluster", "image", "plan", "rollout", "spec.replicas");
        assertThat(texts(of(elements, "dd"))).contains("revision 7", Samples.DIGEST, "embedded Helm 3.21.0");
    }

    private static String page(String name) {
        String page = PAGES.get(name);
        assertThat(page).isNotNull();
        return page;
    }

    private static List<Element> elements(String page) throws Exception {
        Document document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
        NodeList nodes = document.getElementsByTagName("*");
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<Element> of(List<Element> elements, String tag) {
        return elements.stream()
                .filter(element -> element.getTagName().equals(tag))
                .toList();
    }

    private static List<String> texts(List<Element> elements) {
        return elements.stream().map(Element::getTextContent).toList();
    }

    private static List<String> scopes(Element table) {
        NodeList heads = table.getElementsByTagName("th");
        List<String> scopes = new ArrayList<>();
        for (int i = 0; i < heads.getLength(); i++) {
            scopes.add(((Element) heads.item(i)).getAttribute("scope"));
        }
        return scopes;
    }
}
