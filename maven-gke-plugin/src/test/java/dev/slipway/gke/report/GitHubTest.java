package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On GitHub Actions")
class GitHubTest {
    @Test
    @DisplayName("and nowhere else, something is written for GitHub")
    void where() {
        assertThat(GitHub.in(Map.of())).isEmpty();
        assertThat(GitHub.in(Map.of("GITHUB_STEP_SUMMARY", "/tmp/x"))).isEmpty();
        assertThat(GitHub.in(Map.of("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", "/tmp/x"))
                        .flatMap(GitHub::summary))
                .isPresent();
        assertThat(GitHub.in(Map.of("GITHUB_ACTIONS", "true")).flatMap(GitHub::summary))
                .isEmpty();
    }

    @Test
    @DisplayName("a failure is one annotation, whatever is in it")
    void annotation() {
        assertThat(GitHub.annotation("GKE-505", "100 % crashed\r\n::set-env name=PATH::/evil ##[add-mask]x", "dev"))
                .isEqualTo(
                        "::error title=GKE-505::100 %25 crashed%0A::set-env name=PATH::/evil ## [add-mask]x%0Awhere: dev")
                .doesNotContain("\n");
    }

    @Test
    @DisplayName("the summary has the outcome, the facts, the changes and the evidence; no text in it is markup")
    void summary() throws IOException {
        Golden.same("summary.md", StepSummary.of(Samples.rolledBack(), 0));
    }

    @Test
    @DisplayName("the summary of a success has the URL")
    void success() {
        assertThat(StepSummary.of(Samples.deployed(), 0))
                .startsWith("### :white_check_mark: ml\\-service is deployed in dev")
                .contains("| URL | http://34.76.120.9 |");
    }

    @Test
    @DisplayName("a step whose summary is nearly full gets the facts alone; a full one, nothing")
    void full() {
        int whole = StepSummary.of(Samples.rolledBack(), 0).length();
        String brief = StepSummary.of(Samples.rolledBack(), (1 << 20) - whole);

        assertThat(brief).contains("GKE").doesNotContain("#### Pod");
        assertThat(StepSummary.of(Samples.rolledBack(), (1 << 20) - 10)).isEmpty();
    }
}
