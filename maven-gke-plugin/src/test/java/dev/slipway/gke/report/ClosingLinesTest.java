package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.config.Target;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.step.Deployed;
import dev.slipway.gke.step.Released;
import dev.slipway.gke.step.Site;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The closing lines")
class ClosingLinesTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final Target GKE = new Target.Gke(new ClusterName("acme", "europe-west1", "ml"));

    @Test
    @DisplayName("end with a line that can be pasted, quotes and all")
    void paste() {
        assertThat(lines(Optional.of(URI.create("http://10.97.0.1:8000")), "{\"note\":\"it's\"}", GKE))
                .containsExactly(
                        "Released: revision 3 of ml-service-0.1.0 in namespace dev runs",
                        "URL: http://10.97.0.1:8000",
                        "Try: curl -s http://10.97.0.1:8000/predict -H 'Content-Type: application/json'"
                                + " -d '{\"note\":\"it'\\''s\"}'");
    }

    @Test
    @DisplayName("of a service without an address say how to get to it")
    void inside() {
        Target file = new Target.Kubeconfig(Path.of("/home/ada/my config"), "kind-dev");
        assertThat(lines(Optional.empty(), "{}", file).get(1))
                .contains("kubectl --kubeconfig '/home/ada/my config' --context kind-dev -n dev port-forward"
                        + " service/ml-service 8000:80");
        assertThat(lines(Optional.empty(), "{}", GKE).get(1))
                .contains("kubectl --context gke_acme_europe-west1_ml -n dev");
    }

    private static List<String> lines(Optional<URI> external, String body, Target target) {
        Site site = new Site(new Connection("ml", URI.create("https://10.0.0.1"), Path.of("k")), DEV, true);
        Rendering rendering =
                new Rendering(new ChartId("ml-service", "0.1.0"), new Manifest(List.of()), new Manifest(List.of()), "");
        return ClosingLines.of(
                new Deployed(
                        new Released(site, rendering, 3, false),
                        Optional.of(new ServiceAddress("ml-service", DEV, 80, external, false)),
                        Optional.of(new Question("/predict", Optional.of(body), Pattern.compile("")))),
                target);
    }
}
