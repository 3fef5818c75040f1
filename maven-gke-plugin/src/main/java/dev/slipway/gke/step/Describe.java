package dev.slipway.gke.step;

import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;

/** Looks once at how the release stands. */
public final class Describe implements Step<ReadRelease.Found, Describe.Standing> {
    private final ReleaseLock lock;
    private final Workloads workloads;
    private final Services services;

    /**
     * How a release stands.
     *
     * @param cluster on which cluster
     * @param release its newest revision
     * @param record what was noted of that revision: image, commit, who, when
     * @param rollout how far its workloads are
     * @param address how it is reached, if it has a Service
     * @param holder who is at work on it now, if somebody is
     */
    public record Standing(
            String cluster,
            Release release,
            Optional<RevisionRecord> record,
            RolloutState rollout,
            Optional<ServiceAddress> address,
            Optional<Holder> holder) {
        /** {@return in one word whether it does its work} */
        public Health health() {
            if (release.status().pending() || holder.isPresent()) {
                return Health.CHANGING;
            }
            return rollout.fold(
                    progressing -> Health.DEGRADED, complete -> Health.HEALTHY, stalled -> Health.UNHEALTHY);
        }
    }

    /** Whether a release does its work. */
    public enum Health {
        /** Every replica is up to date and ready. */
        HEALTHY,
        /** Somebody is at work on it. */
        CHANGING,
        /** Some replicas are not up to date, or not ready; they may become so. */
        DEGRADED,
        /** Some replicas are in trouble that does not pass by itself. */
        UNHEALTHY
    }

    public Describe(ReleaseLock lock, Workloads workloads, Services services) {
        this.lock = lock;
        this.workloads = workloads;
        this.services = services;
    }

    @Override
    public Standing run(ReadRelease.Found found, Progress progress) {
        Release release = found.newest();
        return new Standing(
                found.connection().cluster(),
                release,
                lock.records(found.connection(), release.namespace(), release.name()).stream()
                        .filter(record -> record.revision() == release.revision())
                        .findFirst(),
                workloads.rollout(found.connection(), release.namespace(), release.manifest()),
                services.address(found.connection(), release.namespace(), release.manifest()),
                lock.holder(found.connection(), release.namespace(), release.name()));
    }
}
