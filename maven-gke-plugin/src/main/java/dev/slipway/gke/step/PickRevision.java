package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the revision to go back to: the one that was named, or the newest good one that is not what runs. Only one that this plugin
 * deployed, and that the cluster still keeps as it was deployed, is gone back to.
 */
public final class PickRevision implements Step<Site, RestoreRevision.Order> {
    private final ReleaseHistory history;
    private final ReleaseName release;
    private final Ledger ledger;
    private final Optional<Integer> named;
    private final Deadline deadline;

    /**
     * Picks.
     *
     * @param named the revision to go back to; empty for the last good one
     * @param deadline for what comes then
     */
    public PickRevision(
            ReleaseHistory history, ReleaseName release, Ledger ledger, Optional<Integer> named, Deadline deadline) {
        this.history = history;
        this.release = release;
        this.ledger = ledger;
        this.named = named;
        this.deadline = deadline;
    }

    @Override
    public RestoreRevision.Order run(Site site, Progress progress) {
        List<Release> revisions = history.revisions(site.connection(), site.namespace(), release);
        if (revisions.isEmpty()) {
            throw new DeployFailure(
                    FailureCode.RELEASE_NOT_FOUND,
                    "There is no release " + release,
                    where(site),
                    "Deploy it first, or look at the names with `helm list -A`");
        }
        Hush.revisions(revisions, progress);
        Release newest = revisions.get(0);
        Release target =
                named.map(number -> kept(number, revisions, site)).orElseGet(() -> lastGood(newest, revisions, site));
        RevisionRecord record = ledger.of(target.revision()).orElseThrow(() -> unrecorded(target, site));
        if (!ManifestHash.of(target).equals(record.manifest())) {
            throw new DeployFailure(
                    FailureCode.HISTORY_ALTERED,
                    "What the cluster keeps of revision " + target.revision() + " is not what " + record.who()
                            + " deployed at " + record.at()
                            + record.image().map(image -> " (" + image + ")").orElse(""),
                    "Secret " + site.namespace() + "/sh.helm.release.v1." + release + ".v" + target.revision() + " on "
                            + site.connection().cluster(),
                    "Find out who changed it; go back to another revision with -Dgke.revision=N, or deploy anew");
        }
        if (record.state() == State.FAILED) {
            progress.warn("Revision " + target.revision() + " is on record as failed");
        }
        progress.found(Progress.Fact.CHART, target.chart().toString());
        record.image().ifPresent(image -> progress.found(Progress.Fact.IMAGE, image));
        record.commit().ifPresent(commit -> progress.found(Progress.Fact.COMMIT, commit));
        return new RestoreRevision.Order(site, newest, target, deadline);
    }

    private Release kept(int number, List<Release> revisions, Site site) {
        return revisions.stream()
                .filter(kept -> kept.revision() == number)
                .findFirst()
                .orElseThrow(() -> missing("There is no revision " + number + " of " + release, revisions, site));
    }

    private Release lastGood(Release newest, List<Release> revisions, Site site) {
        Optional<String> running = ledger.of(newest.revision())
                .filter(record -> record.state() == State.GOOD)
                .map(RevisionRecord::manifest);
        return ledger.records().stream()
                .filter(record -> record.state() == State.GOOD && record.revision() < newest.revision())
                .filter(record -> !running.equals(Optional.of(record.manifest())))
                .flatMap(record -> revisions.stream().filter(kept -> kept.revision() == record.revision()))
                .findFirst()
                .orElseThrow(() -> missing(
                        "There is no good revision of " + release + " before revision " + newest.revision(),
                        revisions,
                        site));
    }

    private DeployFailure missing(String what, List<Release> revisions, Site site) {
        return new DeployFailure(
                FailureCode.REVISION_NOT_FOUND,
                what + "; there are " + revisions.stream().map(this::named).collect(joining(", ")),
                where(site),
                "Name one of them with -Dgke.revision=N");
    }

    private String named(Release kept) {
        return kept.revision()
                + ledger.of(kept.revision())
                        .map(record -> " (" + record.state().name().toLowerCase(Locale.ROOT) + ")")
                        .orElse(" (not on record)");
    }

    private DeployFailure unrecorded(Release target, Site site) {
        return new DeployFailure(
                FailureCode.IMAGE_UNRECORDED,
                "It is not on record which image revision " + target.revision() + " of " + release
                        + " ran: this plugin did not deploy it, or it was too long ago",
                where(site),
                "Deploy what is wanted, or name a revision that is on record: "
                        + ledger.records().stream()
                                .map(record -> Integer.toString(record.revision()))
                                .collect(joining(", ")));
    }

    private static String where(Site site) {
        return "namespace " + site.namespace() + " on " + site.connection().cluster();
    }
}
