package dev.slipway.gke.step;

import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;

/** Looks once at how the release stands. */
public final class Describe implements Step<ReadRelease.Found, Describe.Standing> {
    private final Workloads workloads;
    private final Services services;

    /**
     * How a release stands.
     *
     * @param cluster on which cluster
     * @param release its newest revision
     * @param rollout how far its workloads are
     * @param address how it is reached, if it has a Service
     */
    public record Standing(String cluster, Release release, RolloutState rollout, Optional<ServiceAddress> address) {}

    public Describe(Workloads workloads, Services services) {
        this.workloads = workloads;
        this.services = services;
    }

    @Override
    public Standing run(ReadRelease.Found found, Progress progress) {
        Release release = found.newest();
        return new Standing(
                found.connection().cluster(),
                release,
                workloads.rollout(found.connection(), release.namespace(), release.manifest()),
                services.address(found.connection(), release.namespace(), release.manifest()));
    }
}
