package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(7)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("gke:plan")
class PlanIT {
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: {{ .Release.Name }}}
            stringData: {key: {{ .Values.canary | quote }}}
            """;

    private final Workshop workshop;
    private final Faulty faulty;

    PlanIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("plan-it");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("shows what a deploy would change, but no secret, and writes nothing")
    void shows() {
        faulty.template("secret.yaml", SECRET);
        faulty.deploy("{version: \"1\", canary: canary-number-one}").succeeds();
        String before = versions();

        Run plan = faulty.mvn("gke:plan", "{version: \"2\", replicas: 2, canary: canary-number-two}")
                .succeeds();

        assertThat(plan.text())
                .contains("~ Deployment/faulty")
                .contains("spec.replicas: 1 -> 2")
                .contains("containers[faulty].env[VERSION].value: 1 -> 2")
                .contains("~ Secret/faulty")
                .contains("data.key: (hidden) -> (hidden)")
                .contains("0 to add, 2 to change, 0 to remove");
        JsonNode saved = faulty.plan();
        assertThat(saved.path("format").asInt()).isEqualTo(1);
        assertThat(saved.at("/heldTo/revision").asInt()).isEqualTo(1);
        assertThat(plan.text() + saved).doesNotContain("canary-number").doesNotContain("Y2FuYXJ5LW51bWJlci");
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    @Order(2)
    @DisplayName("that was saved is applied as it is, and refused when anything has moved")
    void saved() {
        String values = "{version: \"2\", canary: canary-number-two}";
        faulty.mvn("gke:plan", values).succeeds();
        String plan = "-Dgke.plan=target/gke/plan.json";

        Run other = faulty.fails("GKE-414", "{version: \"3\", canary: canary-number-two}", plan);
        assertThat(other.errors()).contains("the chart, the values, the image");

        faulty.deploy(values).with(plan).succeeds();
        faulty.serves("2");

        Run again = faulty.fails("GKE-414", values, plan);
        assertThat(again.errors()).contains("it was made against revision 1, and now there is revision 2");
    }

    @Test
    @Order(3)
    @DisplayName("and a deploy find nothing to do in less than a second once the clients are up, and do nothing")
    void nothing() {
        String values = "{version: \"2\", canary: canary-number-two}";
        String before = versions();

        Run deploy = faulty.deploy(values).succeeds();

        assertThat(deploy.text())
                .contains("nothing to do: revision 2 is the same")
                .doesNotContain("embedded");
        assertThat(versions()).isEqualTo(before);
        for (JsonNode step : faulty.report().path("steps")) {
            if (step.path("name").asText().equals("plan")) {
                assertThat(step.path("milliseconds").asInt()).isLessThan(1000);
            }
        }
        assertThat(faulty.mvn("gke:plan", values).succeeds().text()).contains("Nothing would change");
    }

    @Test
    @Order(4)
    @DisplayName(
            "shows what somebody has changed by hand, and whose hand; the next deploy puts it right, with every Helm")
    void drift() {
        String values = "{version: \"2\", canary: canary-number-two}";
        edit();
        assertThat(faulty.mvn("gke:plan", values).succeeds().text())
                .contains("~ Service/faulty by kubectl-patch")
                .contains("spec.ports[80].targetPort: http -> 9999")
                .contains("spec.replicas: 1 -> 2")
                .contains("2 to put right");
        putRight(faulty.deploy(values));
        for (HelmBinary helm : workshop.helms()) {
            edit();
            putRight(faulty.deploy(values).with("-Dgke.helm.engine=cli", "-Dgke.helm.executable=" + helm.path()));
        }
    }

    @Test
    @Order(5)
    @DisplayName("shows what the API server would refuse: by its schema, a quota, a field that cannot be changed")
    void refusals() {
        String before = versions();
        workshop.cluster()
                .kubectl("create", "quota", "few", "--hard=services.loadbalancers=0,pods=1", "-n", faulty.namespace())
                .text();
        try {
            Run quota =
                    refused("GKE-409", "{version: \"3\", service: {type: LoadBalancer}, canary: canary-number-two}");
            assertThat(quota.text())
                    .contains("exceeded quota: few")
                    .contains("! Deployment/faulty: a pod of it would be refused now");
        } finally {
            workshop.cluster()
                    .kubectl("delete", "quota", "few", "-n", faulty.namespace())
                    .text();
        }
        refused("GKE-409", "{version: \"3\", replicas: -1, canary: canary-number-two}");
        Run selector = refused("GKE-408", "{version: \"3\", selector: other, canary: canary-number-two}");
        assertThat(selector.errors()).contains("spec.selector of Deployment/faulty cannot be changed");
        assertThat(versions()).isEqualTo(before);
    }

    private Run refused(String code, String values) {
        Run run = faulty.mvn("gke:plan", values).start().end();
        assertThat(run.exitCode()).as(run.text()).isNotZero();
        assertThat(run.errors()).as(run.log().toString()).contains(code + ": ");
        assertThat(faulty.plan().path("risks")).isNotEmpty();
        return run;
    }

    private void edit() {
        workshop.cluster()
                .kubectl("scale", "deployment", "faulty", "--replicas=2", "-n", faulty.namespace())
                .text();
        workshop.cluster()
                .kubectl("patch", "service", "faulty", "-n", faulty.namespace())
                .and("-p", "{\"spec\":{\"ports\":[{\"port\":80,\"name\":\"http\",\"targetPort\":9999}]}}")
                .text();
    }

    private void putRight(MavenCommand deploy) {
        Run run = deploy.succeeds();
        assertThat(run.text()).contains("was changed by hand since").contains("this release puts it right");
        assertThat(workshop.cluster()
                        .get("deployment", "faulty", "-n", faulty.namespace())
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(1);
        assertThat(workshop.cluster()
                        .get("service", "faulty", "-n", faulty.namespace())
                        .at("/spec/ports/0/targetPort")
                        .asText())
                .isEqualTo("http");
    }

    /** Everything of the namespace that a plan could have written, in the version it is in; pods that stay by who they are. */
    private String versions() {
        return List.of("services", "secrets", "leases", "configmaps").stream()
                        .flatMap(kind -> workshop.cluster()
                                .get(kind, "-n", faulty.namespace())
                                .path("items")
                                .valueStream())
                        .map(object -> object.path("kind").asText() + "/"
                                + object.at("/metadata/name").asText() + " "
                                + object.at("/metadata/resourceVersion").asText())
                        .collect(Collectors.joining("\n"))
                + workshop.cluster()
                        .get("deployments", "-n", faulty.namespace())
                        .at("/items/0/metadata/generation")
                + workshop.cluster()
                        .get("pods", "-n", faulty.namespace())
                        .path("items")
                        .valueStream()
                        .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
                        .map(pod -> pod.at("/metadata/uid").asText())
                        .sorted()
                        .toList();
    }
}
