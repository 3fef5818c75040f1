package dev.slipway.gke.report;

import dev.slipway.gke.config.Target;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.step.Deployed;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person reads last: what runs, where, and a line to paste that asks it. */
public final class ClosingLines {
    private ClosingLines() {}

    /** {@return the lines for a deployment to that target} */
    public static List<String> of(Deployed deployed, Target target) {
        List<String> lines = new ArrayList<>();
        String where = "revision " + deployed.released().revision() + " of "
                + deployed.released().rendering().chart() + " in namespace "
                + deployed.released().site().namespace();
        lines.add(
                deployed.released().unchanged()
                        ? "Nothing has changed, nothing was released: " + where + " runs"
                        : "Released: " + where + " runs");
        deployed.address().ifPresent(address -> lines.addAll(way(address, deployed.question(), target)));
        return lines;
    }

    private static List<String> way(ServiceAddress address, Optional<Question> question, Target target) {
        if (address.external().isPresent()) {
            URI url = address.external().get();
            return List.of("URL: " + url, "Try: " + curl(url.toString(), question));
        }
        String kubectl = target.fold(
                gke -> "kubectl --context " + gke.cluster(),
                file -> "kubectl --kubeconfig " + quote(file.kubeconfig().toString()) + " --context "
                        + quote(file.context()));
        return List.of(
                "URL: http://" + address.service() + "." + address.namespace() + ".svc:" + address.port()
                        + " inside the cluster; from here after: " + kubectl + " -n " + address.namespace()
                        + " port-forward service/" + address.service() + " 8000:" + address.port(),
                "Try: " + curl("http://localhost:8000", question));
    }

    private static String curl(String url, Optional<Question> question) {
        String path = question.map(Question::path).orElse("/");
        return question.flatMap(Question::body)
                .map(body -> "curl -s " + url + path + " -H 'Content-Type: application/json' -d " + quote(body))
                .orElse("curl -s " + url + path);
    }

    private static String quote(String text) {
        return text.matches("[A-Za-z0-9_./:@%+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
