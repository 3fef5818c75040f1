package dev.slipway.gke.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The build of a pull request")
class PullRequestTest {
    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "GITHUB_EVENT_NAME, pull_request",
        "GITHUB_EVENT_NAME, pull_request_target",
        "GITHUB_HEAD_REF, feature",
        "CI_MERGE_REQUEST_IID, 42",
        "BITBUCKET_PR_ID, 42",
        "CHANGE_ID, 42",
        "CIRCLE_PULL_REQUEST, https://example.com/42",
        "BUILD_REASON, PullRequest",
        "TRAVIS_PULL_REQUEST, 42"
    })
    @DisplayName("is known by what the CI service says, and refused")
    void refused(String variable, String value) {
        assertThatThrownBy(() -> PullRequest.check(Optional.empty(), Map.of(variable, value)))
                .isInstanceOfSatisfying(DeployFailure.class, failure -> {
                    assertThat(failure)
                            .hasMessage(
                                    "GKE-103: This is the build of a pull request, and only a preview is deployed from one");
                    assertThat(failure.where()).isEqualTo(variable + "=" + value);
                });
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "GITHUB_EVENT_NAME, push",
        "GITHUB_EVENT_NAME, workflow_dispatch",
        "GITHUB_HEAD_REF, ''",
        "BUILD_REASON, Manual",
        "TRAVIS_PULL_REQUEST, false"
    })
    @DisplayName("is not any other build")
    void another(String variable, String value) {
        assertThatCode(() -> PullRequest.check(Optional.empty(), Map.of(variable, value)))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("may deploy where that was allowed")
    void allowed() {
        Map<String, String> environment = Map.of("GITHUB_EVENT_NAME", "pull_request");
        assertThatCode(() -> PullRequest.check(Optional.of("allow"), environment))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("is refused too where the word is wrong")
    void wrongWord() {
        assertThatThrownBy(() -> PullRequest.check(Optional.of("yes"), Map.of()))
                .hasMessage("GKE-101: <pullRequest> is 'yes'");
    }
}
