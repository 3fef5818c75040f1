package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.model.PlanMark;
import dev.slipway.gke.model.Risk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A plan")
class SavedPlanTest {
    private static final PlanMark MARK = new PlanMark("kube-system/1", "dev", "shop", 7, "inputs", "manifest", "drift");
    private static final FieldChange REPLICAS = new FieldChange("spec.replicas", Optional.of("1"), Optional.of("2"));

    @TempDir
    private Path folder;

    @Test
    @DisplayName("that was saved is read as it was")
    void roundTrip() throws IOException {
        Path file = Files.writeString(folder.resolve("plan.json"), SavedPlan.text(plan(), MARK));
        assertThat(SavedPlan.read(file)).isEqualTo(MARK);
    }

    @DisplayName("that is none is not taken for one")
    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        nonsense | it is no JSON
        [] | it is no plan
        {"format": 2} | its format is 2, and this plugin reads 1
        {"format": 1, "heldTo": {"cluster": "c"}} | it lacks namespace, release, inputs, manifest, drift
        """)
    void unreadable(String text, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("plan.json"), text);
        assertThatExceptionOfType(DeployFailure.class)
                .isThrownBy(() -> SavedPlan.read(file))
                .withMessageContaining(why)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.PLAN_UNREADABLE));
    }

    @Test
    @DisplayName("is told with the signs that everybody knows")
    void lines() {
        assertThat(PlanLines.of(plan(), false))
                .containsExactly(
                        "Plan for shop in namespace dev on ml, against revision 7:",
                        "  + ConfigMap/comes",
                        "  ~ Deployment/shop",
                        "      spec.replicas: 1 -> 2",
                        "  - Service/goes",
                        "By these values:",
                        "      replicas: 1 -> 2",
                        "Changed by hand since, and would be put right:",
                        "  ~ Deployment/shop by kubectl-edit",
                        "      spec.replicas: 1 -> 2",
                        "To be known before:",
                        "  ! Service/goes: its address goes",
                        "1 to add, 1 to change, 1 to remove, 1 to put right");
        assertThat(PlanLines.of(plan(), true)).contains("\u001b[32m  + \u001b[0mConfigMap/comes");
    }

    private static PlanReport plan() {
        return PlanReport.of(
                new PlanReport.Subject(
                        "ml", "dev", "shop", Optional.of(7), Optional.empty(), Optional.empty(), Optional.empty()),
                new Changes(
                        List.of(
                                new ObjectChange(ObjectChange.Type.ADD, "ConfigMap/comes", List.of()),
                                new ObjectChange(ObjectChange.Type.CHANGE, "Deployment/shop", List.of(REPLICAS)),
                                new ObjectChange(ObjectChange.Type.REMOVE, "Service/goes", List.of())),
                        List.of(new ObjectChange(
                                ObjectChange.Type.CHANGE,
                                "Deployment/shop",
                                List.of(REPLICAS),
                                Optional.of("kubectl-edit"))),
                        List.of(new Risk(Risk.Kind.ADDRESS_LOST, "Service/goes", "its address goes")),
                        List.of(new FieldChange("replicas", Optional.of("1"), Optional.of("2")))),
                Instant.EPOCH,
                text -> text);
    }
}
