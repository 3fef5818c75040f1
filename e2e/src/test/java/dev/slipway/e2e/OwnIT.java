package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(8)
@DisplayName("With things of one's own")
class OwnIT {
    private static final Pattern POM = Pattern.compile("(?s)```xml\\n(<project .*?</project>\\n)```");

    private final Workshop workshop;

    OwnIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("mvn deploy -Plocal goes to a cluster that a kubeconfig names, and starts none")
    void ownCluster() throws IOException {
        Path kubeconfig = Files.createTempFile("slipway-e2e-own-", ".kubeconfig");
        try {
            Files.copy(workshop.cluster().kubeconfig(), kubeconfig, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            workshop.cluster()
                    .kubectl("config", "rename-context", "local", "mine")
                    .and("--kubeconfig", kubeconfig.toString())
                    .text();

            Run run = workshop.checkout()
                    .mvn("deploy -Plocal -Dgke.kubeconfig=FILE -Dgke.context=NAME -Dimage.registry=HOST:PORT")
                    .fill("FILE", kubeconfig.toString())
                    .fill("NAME", "mine")
                    .fill("HOST:PORT", "localhost:5000")
                    // The public base image is on Docker Hub, which is not asked here.
                    .verified()
                    .with("-Dimage.base=localhost:5000/slipway/java25:1")
                    .succeeds();

            assertThat(run.text()).doesNotContain("local-cluster up");
            assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
        } finally {
            Files.delete(kubeconfig);
        }
    }

    @Test
    @Order(2)
    @DisplayName("the POM of docs/plugin.md deploys a chart and an image in a reactor that is not this one")
    void ownReactor() throws IOException {
        Checkout checkout = workshop.checkout();
        workshop.installPlugin();
        Matcher pom = POM.matcher(Files.readString(checkout.file("docs/plugin.md")));
        assertThat(pom.find()).as("a POM in docs/plugin.md").isTrue();
        String image = checkout.report("deploy-dev").path("image").asText();
        Path folder = workshop.target().resolve("work/shop");
        Checkout.copyTree(checkout.file("chart/src/main/helm"), folder.resolve("src/main/helm"));
        Files.writeString(
                folder.resolve("pom.xml"), pom.group(1).replace("docker.io/acme/shop:1.4.2", tagged(checkout, image)));
        workshop.cluster().apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");

        Run run = new MavenCommand(
                        folder,
                        workshop.logs(),
                        workshop.repository(),
                        "deploy -Dgke.target=kubeconfig -Dgke.kubeconfig=FILE -Dgke.context=NAME")
                .fill("FILE", workshop.cluster().kubeconfig().toString())
                .fill("NAME", "local")
                .succeeds();

        assertThat(run.text()).contains("Released:");
        Run status = new MavenCommand(folder, workshop.logs(), workshop.repository(), "gke:status")
                .with(
                        "-Dgke.target=kubeconfig",
                        "-Dgke.kubeconfig=" + workshop.cluster().kubeconfig(),
                        "-Dgke.context=local")
                .succeeds();
        assertThat(status.text()).contains("shop");
        JsonNode pods = workshop.cluster().get("pods", "-n", "shop");
        assertThat(pods.at("/items/0/spec/containers/0/image").asText()).endsWith(image.substring(image.indexOf("@")));
        workshop.cluster()
                .kubectl("delete", "namespace", "shop", "--wait=false")
                .text();
    }

    @Test
    @Order(3)
    @DisplayName("gke:status says what runs, and gke:help lists the goals")
    void goalsByHand() {
        Checkout checkout = workshop.checkout();

        Run status = checkout.mvn("gke:status -Plocal -pl deploy-dev").succeeds();
        Run help = checkout.mvn("gke:help -pl deploy-dev").succeeds();

        assertThat(status.text()).contains("ml-service").contains("local");
        assertThat(help.text())
                .contains("gke:deploy", "gke:undeploy", "gke:status", "gke:lint", "gke:package", "gke:help");
    }

    /** The report names the digest that runs; a POM of a person names a tag. */
    private String tagged(Checkout checkout, String image) {
        String digest = image.substring(image.indexOf('@') + 1);
        return workshop.registry().images().entrySet().stream()
                .filter(entry -> entry.getValue().equals(digest))
                .map(entry -> "localhost:5000/" + entry.getKey())
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no tag in the registry for " + digest + " of " + checkout.folder()));
    }
}
