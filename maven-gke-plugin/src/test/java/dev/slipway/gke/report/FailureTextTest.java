package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.ObjectChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The message of a failure")
class FailureTextTest {
    @Test
    @DisplayName("says what, where, the evidence, the changes, what serves now, what to try, and where the report is")
    void all() throws IOException {
        String text = FailureText.of(
                Samples.failure(),
                line -> line.replace(Samples.SECRET, "****"),
                Optional.of(Path.of("deploy-dev/target/gke/deployment.html")));

        Golden.same("failure.txt", text);
    }

    @Test
    @DisplayName("is no longer than what is known")
    void little() {
        assertThat(FailureText.of(
                        new DeployFailure(
                                FailureCode.CONFIGURATION_INVALID,
                                "The configuration has problems",
                                "this build",
                                "Mend all:\n- <release> is not set\n- <namespace> is not set"),
                        line -> line,
                        Optional.empty()))
                .isEqualTo("""
                GKE-101: The configuration has problems

                  where:    this build
                  try:      Mend all:
                            - <release> is not set
                            - <namespace> is not set
                  more:     docs/failures.md#gke-101
                """);
    }

    @Test
    @DisplayName("can be read on a hundred columns, with Maven's [ERROR] before it")
    void columns() {
        FailureText.of(Samples.failure(), line -> line, Optional.empty())
                .lines()
                .skip(1)
                .forEach(line -> assertThat("[ERROR] " + line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    @DisplayName("holds no part of a secret: what is cut short was hidden before")
    void noPart() {
        String secret = "canary-0123456789-0123456789-0123456789-0123456789-canary";
        Changes changes = new Changes(
                List.of(new ObjectChange(
                        ObjectChange.Type.CHANGE,
                        "ConfigMap/ml",
                        List.of(new FieldChange(
                                "data.dsn",
                                Optional.of("robot " + secret + " at the database of the robot"),
                                Optional.empty())))),
                List.of(),
                List.of());

        assertThat(FailureText.changes(changes, text -> text.replace(secret, "****")))
                .last()
                .asString()
                .contains("robot **** at")
                .doesNotContain("canary");
    }
}
