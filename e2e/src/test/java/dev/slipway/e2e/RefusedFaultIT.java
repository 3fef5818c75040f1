package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("What the cluster would refuse is told before anything is changed:")
class RefusedFaultIT {
    private final Workshop workshop;
    private final Faulty faulty;

    RefusedFaultIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-refused");
    }

    @BeforeAll
    void versionOne() {
        faulty.good("1");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("a selector that was changed, which the API server never allows")
    void immutableSelector() {
        Run run = refused("immutable selector changed", "GKE-408", "{version: \"2\", selector: other}");

        assertThat(run.errors()).contains("faulty").contains("spec.selector").contains("immutable");
    }

    @Test
    @Order(2)
    @DisplayName("an object of a kind that the cluster does not know")
    void unknownKind() {
        Run run = refused("CRD missing", "GKE-407", "{version: \"2\", unknownKind: true}");

        assertThat(run.errors()).contains("Gadget").contains("faulty.slipway.dev/v1");
    }

    @Test
    @Order(3)
    @DisplayName("an object that a ResourceQuota has no room for")
    void quota() {
        workshop.cluster()
                .kubectl("create", "quota", "no-balancers", "--hard=services.loadbalancers=0", "-n", faulty.namespace())
                .text();
        try {
            Run run = refused(
                    "ResourceQuota exceeded by an object of the chart",
                    "GKE-409",
                    "{version: \"2\", service: {type: LoadBalancer}}");

            assertThat(run.errors()).contains("exceeded quota: no-balancers");
        } finally {
            workshop.cluster()
                    .kubectl("delete", "quota", "no-balancers", "-n", faulty.namespace())
                    .text();
        }
    }

    @Test
    @Order(4)
    @DisplayName("a value that the API server's schema has no place for")
    void schema() {
        Run run = refused("schema", "GKE-409", "{version: \"2\", resources: {requests: {cpu: plenty}}}");

        assertThat(run.errors()).contains("plenty");
    }

    @Test
    @Order(5)
    @DisplayName("two rights that the account lacks, both in one message")
    void twoRightsMissing() throws IOException {
        Path kubeconfig = accountWithout(Map.of("deployments", "patch", "services", "patch"));
        try {
            Run run = refused(
                    "RBAC lacks two verbs",
                    "GKE-227",
                    "version: \"2\"",
                    "-Dgke.kubeconfig=" + kubeconfig,
                    "-Dgke.context=deployer");

            assertThat(run.errors())
                    .containsPattern("patch.*deployments|deployments.*patch")
                    .containsPattern("patch.*services|services.*patch")
                    .contains("Role");
        } finally {
            Files.delete(kubeconfig);
        }
    }

    @Test
    @Order(6)
    @DisplayName("a namespace that is being deleted")
    void namespaceEnding() {
        Faulty ending = workshop.faulty("faults-ending");
        workshop.cluster().apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: stays, namespace: faults-ending, finalizers: [slipway.dev/stay]}
                """);
        workshop.cluster()
                .kubectl("delete", "namespace", "faults-ending", "--wait=false")
                .text();
        try {
            Run run = ending.fails("GKE-226", "version: \"1\"", "-Dgke.createNamespace=true");

            Measured.note(workshop.target(), "namespace being deleted", "GKE-226", run);
            assertThat(run.errors()).contains("faults-ending").contains("delet");
        } finally {
            workshop.cluster()
                    .kubectl("patch", "configmap", "stays", "-n", "faults-ending", "--type=merge")
                    .and("-p", "{\"metadata\":{\"finalizers\":null}}")
                    .text();
            ending.deleteNamespace();
        }
    }

    @Test
    @Order(7)
    @DisplayName("a temporary folder in which there is no room at all")
    void diskFull() {
        noRoom("temporary folder full", "64k", true);
    }

    @Test
    @Order(8)
    @DisplayName("a temporary folder in which there is no room for Helm's library")
    void diskNearlyFull() {
        noRoom("temporary folder too small for Helm", "1m", false);
    }

    private void noRoom(String fault, String size, boolean filled) {
        Path folder = faulty.temporary();
        int before = faulty.revision();
        Program.of("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "slipway-e2e", folder.toString())
                .text();
        try {
            Path filler = folder.resolve("filler");
            if (filled) {
                Program.of("dd", "if=/dev/zero", "of=" + filler, "bs=4k").run();
            }

            Run run = faulty.deploy("version: \"2\"").start().end();

            Measured.note(workshop.target(), fault, "GKE-903", run);
            assertThat(run.exitCode()).isNotZero();
            assertThat(run.errors())
                    .as(run.log().toString())
                    .contains("GKE-903: ")
                    .contains(folder.toString())
                    .contains("java.io.tmpdir");
            assertThat(faulty.left()).allMatch(file -> file.equals(filler));
            assertThat(faulty.processes()).isEmpty();
        } finally {
            Program.of("umount", "--lazy", folder.toString()).text();
        }
        assertThat(faulty.revision()).isEqualTo(before);
        faulty.servesStill();
    }

    @Test
    @Order(9)
    @DisplayName("and once it is put right, the next deploy goes through")
    void thenGoesThrough() {
        faulty.good("3");
        faulty.upgradable();
    }

    /** Sees that it is refused, that there is no new revision, and that version 1 serves. */
    private Run refused(String fault, String code, String values, String... arguments) {
        int before = faulty.revision();
        Run run = faulty.fails(code, values, arguments);
        Measured.note(workshop.target(), fault, code, run);
        assertThat(faulty.revision()).as("newest revision").isEqualTo(before);
        faulty.servesStill();
        faulty.upgradable();
        return run;
    }

    /** Makes an account that has the documented role but for some verbs, and a kubeconfig for it. */
    private Path accountWithout(Map<String, String> verbs) throws IOException {
        Cluster cluster = workshop.cluster();
        String namespace = faulty.namespace();
        cluster.apply(Files.readString(workshop.source().resolve("docs/deployer-role.yaml"))
                .replace("namespace: dev", "namespace: " + namespace));
        ObjectNode role = (ObjectNode) cluster.get("role", "deployer", "-n", namespace);
        ArrayNode rules = role.arrayNode();
        for (JsonNode rule : role.path("rules")) {
            for (JsonNode resource : rule.path("resources")) {
                ObjectNode one = rule.deepCopy();
                one.putArray("resources").add(resource.asText());
                ArrayNode left = one.putArray("verbs");
                rule.path("verbs")
                        .valueStream()
                        .map(JsonNode::asText)
                        .filter(verb -> !verb.equals(verbs.get(resource.asText())))
                        .forEach(left::add);
                rules.add(one);
            }
        }
        role.set("rules", rules);
        cluster.apply(role.toString());
        cluster.kubectl("create", "serviceaccount", "deployer", "-n", namespace).text();
        cluster.kubectl("create", "rolebinding", "lesser-deployer", "-n", namespace)
                .and("--role=deployer", "--serviceaccount=" + namespace + ":deployer")
                .text();
        Path kubeconfig = Files.createTempFile(
                "slipway-e2e-",
                ".kubeconfig",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        JsonNode known = cluster.known();
        return Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: local, cluster: CLUSTER}]
                users: [{name: deployer, user: {token: "TOKEN"}}]
                contexts: [{name: deployer, context: {cluster: local, user: deployer}}]
                """.replace(
                "CLUSTER", known.at("/clusters/0/cluster").toString()).replace(
                "TOKEN",
                cluster.kubectl("create", "token", "deployer", "-n", namespace)
                        .text()
                        .strip()));
    }
}
