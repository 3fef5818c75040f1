package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What the API server says of a dry run")
class DryRunsTest {
    @DisplayName("is told without the objects that it quotes")
    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Deployment | "" is invalid: patch: Invalid value: "map[spec:map[env:[map[name:PASSWORD value:canary]]]]": quantities must match the regular expression | "" is invalid: patch: Invalid value: quantities must match the regular expression
        Deployment | Deployment.apps "a" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable | Deployment.apps "a" is invalid: spec.selector: Invalid value: field is immutable
        Deployment | Deployment.apps "a" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0 | Deployment.apps "a" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
        Secret | Secret "a" is invalid: data[k]: Invalid value: "canary": no | Secret "a" is invalid: data[k]: Invalid value: (hidden): no
        """)
    void words(String kind, String message, String told) {
        assertThat(DryRuns.words(kind, message)).isEqualTo(told);
    }
}
