package dev.slipway.gke.step;

import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.port.TokenSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of an examination that concerns Google: who we are there, what we may, and whether the cluster's endpoint opens. */
final class LookAtGoogle {
    private static final String FIND = "container.clusters.get";
    private static final String CONNECT = "container.clusters.connect";

    private final Examine.Ports ports;
    private final CompareClocks clocks;
    private final Findings findings;

    LookAtGoogle(Examine.Ports ports, CompareClocks clocks, Findings findings) {
        this.ports = ports;
        this.clocks = clocks;
        this.findings = findings;
    }

    /** {@return the way to the cluster, if there is one} */
    Optional<Connection> reach(ClusterName name) {
        Optional<TokenSource> tokens = findings.tried("credentials", () -> {
            TokenSource found = ports.credentials().get();
            found.token();
            findings.ok("credentials", "as " + found.identity());
            return found;
        });
        clocks.with("Google", ports.google().time());
        return tokens.flatMap(who -> {
            Optional<Cluster> cluster =
                    findings.tried("cluster", () -> ports.clusters().find(name, who));
            permissions(name, who, cluster);
            return cluster.flatMap(found -> {
                found.warning()
                        .ifPresentOrElse(
                                warning -> findings.warning(
                                        "cluster", warning, "Wait until it is RUNNING, if that can wait"),
                                () -> findings.ok("cluster", name + " is there and runs"));
                return findings.tried("endpoint", () -> {
                    Connection open = ports.door().open(found, who);
                    findings.ok("endpoint", open.server() + " opens");
                    return open;
                });
            });
        });
    }

    private void permissions(ClusterName name, TokenSource tokens, Optional<Cluster> cluster) {
        boolean dns = cluster.filter(
                        found -> found.endpoints().stream().allMatch(each -> each.kind() == Endpoint.Kind.DNS))
                .isPresent();
        Set<String> wanted = new LinkedHashSet<>(List.of(FIND));
        if (dns) {
            wanted.add(CONNECT);
        }
        Optional<Set<String>> held = ports.google().held(name.project(), wanted, tokens);
        if (held.isEmpty()) {
            findings.warning(
                    "iam",
                    "Google does not tell which permissions " + tokens.identity() + " has in project " + name.project(),
                    "If the cluster was found, nothing; to let it be told: gcloud services enable"
                            + " cloudresourcemanager.googleapis.com --project " + name.project());
            return;
        }
        wanted.removeAll(held.get());
        if (wanted.isEmpty()) {
            findings.ok("iam", tokens.identity() + " may look clusters up in project " + name.project());
        } else {
            findings.problem(
                    "iam",
                    tokens.identity() + " lacks in project " + name.project() + ": " + String.join(", ", wanted),
                    "gcloud projects add-iam-policy-binding " + name.project()
                            + " --role roles/container.clusterViewer --member " + member(tokens.identity()));
        }
    }

    private static String member(String identity) {
        if (!identity.contains("@")) {
            return "MEMBER";
        }
        return (identity.endsWith(".gserviceaccount.com") ? "serviceAccount:" : "user:") + identity;
    }
}
