package dev.slipway.gke.fake;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeKind;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.port.ClusterAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster that lets us do all but what it was told. */
public final class FakeAccess implements ClusterAccess {
    private static final Map<String, String> IRREGULAR = Map.of("Ingress", "ingresses");
    private static final Set<String> EVERYWHERE = Set.of("ClusterRole", "Namespace");

    private final Set<String> lacking = new HashSet<>();
    private final Set<String> unknown = new HashSet<>();
    private final List<Quota> quotas = new ArrayList<>();
    private int asked;
    private boolean ending;

    /** Takes a right away. */
    public void lacks(String verb, String kind) {
        lacking.add(verb + " " + kind);
    }

    /** Takes a kind away. */
    public void knowsNo(String kind) {
        unknown.add(kind);
    }

    /** Adds a quota. */
    public void limits(Quota quota) {
        quotas.add(quota);
    }

    /** The namespace is being deleted. */
    public void isEnding() {
        ending = true;
    }

    /** {@return how often it was asked for rights} */
    public int asked() {
        return asked;
    }

    @Override
    public List<Right> lacking(Connection connection, List<Right> wanted) {
        asked++;
        return wanted.stream()
                .filter(right -> lacking.contains(right.toString()))
                .toList();
    }

    @Override
    public Optional<String> user(Connection connection) {
        return Optional.of("ci@acme.iam.gserviceaccount.com");
    }

    @Override
    public Optional<KubeKind> kind(Connection connection, String apiVersion, String kind) {
        if (unknown.contains(kind)) {
            return Optional.empty();
        }
        int slash = apiVersion.indexOf('/');
        return Optional.of(new KubeKind(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                IRREGULAR.getOrDefault(kind, kind.toLowerCase(Locale.ROOT) + "s"),
                !EVERYWHERE.contains(kind)));
    }

    @Override
    public List<Quota> quotas(Connection connection, Namespace namespace) {
        return List.copyOf(quotas);
    }

    @Override
    public String version(Connection connection) {
        return "v1.34.4";
    }

    @Override
    public Optional<Instant> time(Connection connection) {
        return Optional.empty();
    }

    @Override
    public boolean ending(Connection connection, Namespace namespace) {
        return ending;
    }
}
