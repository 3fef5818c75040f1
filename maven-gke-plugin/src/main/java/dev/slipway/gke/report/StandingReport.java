package dev.slipway.gke.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.step.Describe;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code target/gke/status.json}: how a release stands. Fields that are not known are {@code null}, never left out.
 *
 * @param cluster on which cluster
 * @param namespace where
 * @param release which release
 * @param revision the newest one
 * @param status Helm's word for it
 * @param health in one word: see {@link Describe.Health}
 * @param reason what is wrong, if that is certain
 * @param chart name and version
 * @param image repository and digest that was deployed
 * @param images every image that the objects name
 * @param commit the sources' commit
 * @param deployedBy who
 * @param deployedFrom on which machine
 * @param run the CI run
 * @param deployedAt when, UTC
 * @param outcome {@code good}, {@code failed} or {@code pending}, as it was noted
 * @param workloads how far each is
 * @param address from outside
 * @param lock who is at work on it now
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StandingReport(
        String cluster,
        String namespace,
        String release,
        int revision,
        String status,
        String health,
        @Nullable String reason,
        String chart,
        @Nullable String image,
        List<String> images,
        @Nullable String commit,
        @Nullable String deployedBy,
        @Nullable String deployedFrom,
        @Nullable String run,
        String deployedAt,
        @Nullable String outcome,
        List<Workload> workloads,
        @Nullable String address,
        @Nullable Lock lock) {

    /** One workload: kind and name, and how many replicas there should be, are up to date, and are ready. */
    public record Workload(String name, int wanted, int updated, int ready, String detail) {
        static Workload of(RolloutState.Count count) {
            return new Workload(count.workload(), count.wanted(), count.updated(), count.ready(), count.detail());
        }
    }

    /** Who holds the lock. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Lock(
            String who,
            String host,
            long pid,
            @Nullable String commit,
            @Nullable String run,
            String since) {
        static Lock of(Holder holder) {
            return new Lock(
                    holder.owner().who(),
                    holder.owner().host(),
                    holder.owner().pid(),
                    holder.owner().commit().orElse(null),
                    holder.owner().run().map(URI::toString).orElse(null),
                    holder.since().toString());
        }
    }

    /** {@return the report of how a release stands} */
    public static StandingReport of(Describe.Standing standing) {
        Release release = standing.release();
        Optional<RevisionRecord> record = standing.record();
        return new StandingReport(
                standing.cluster(),
                release.namespace().value(),
                release.name().value(),
                release.revision(),
                release.status().toString(),
                word(standing.health()),
                standing.rollout()
                        .<Optional<String>>fold(
                                progressing -> Optional.empty(),
                                complete -> Optional.empty(),
                                stalled -> Optional.of(stalled.reason()))
                        .orElse(null),
                release.chart().toString(),
                record.flatMap(RevisionRecord::image).orElse(null),
                StandingLines.images(release.manifest()),
                record.flatMap(RevisionRecord::commit).orElse(null),
                record.map(RevisionRecord::who).orElse(null),
                record.map(RevisionRecord::host).orElse(null),
                record.flatMap(RevisionRecord::run).map(URI::toString).orElse(null),
                record.map(RevisionRecord::at)
                        .map(Instant::toString)
                        .orElse(release.deployedAt().toString()),
                record.map(RevisionRecord::state).map(StandingReport::word).orElse(null),
                standing.rollout().counts().stream().map(Workload::of).toList(),
                standing.address()
                        .flatMap(ServiceAddress::external)
                        .map(URI::toString)
                        .orElse(null),
                standing.holder().map(Lock::of).orElse(null));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** {@return the report as JSON} */
    public String json() {
        return Json.text(this);
    }
}
