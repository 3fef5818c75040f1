package dev.slipway.gke.report;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.progress.Display;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import dev.slipway.gke.progress.Progress.Line;
import dev.slipway.gke.secret.KnownSecrets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Deployments that went well and badly, with everything in them that pods and clusters can write to hurt a reader. */
final class Samples {
    static final String SECRET = "correct-horse-battery";
    static final String DIGEST =
            "docker.io/acme/ml-service@sha256:4f1d2c9be8f0a7d64f1d2c9be8f0a7d64f1d2c9be8f0a7d64f1d2c9be8f0a7d6";
    private static final String BEFORE =
            "docker.io/acme/ml-service@sha256:0b5e3a7712fd9c040b5e3a7712fd9c040b5e3a7712fd9c040b5e3a7712fd9c04";

    private static final DeploymentReport.Subject SUBJECT = new DeploymentReport.Subject(
            Optional.of("ml"),
            Optional.of("dev"),
            Optional.of("ml-service"),
            Optional.of("79f7bcf2a3d1c4b5e6f708192a3b4c5d6e7f8091"));

    private final FakeTime time = new FakeTime();
    final KnownSecrets secrets = new KnownSecrets();
    private final Journal journal = new Journal(time, Display.plain(line -> {}, line -> {}), secrets);
    private final Instant began = time.instant();

    private Samples() {
        journal.hide(List.of(SECRET));
    }

    static Changes changes() {
        return new Changes(
                List.of(
                        new ObjectChange(
                                ObjectChange.Type.CHANGE,
                                "Deployment/ml-service",
                                List.of(
                                        new FieldChange(
                                                "spec.template.spec.containers[app].image",
                                                Optional.of(BEFORE),
                                                Optional.of(DIGEST)),
                                        new FieldChange("spec.replicas", Optional.of("2"), Optional.of("3")),
                                        new FieldChange(
                                                "spec.template.spec.containers[app].resources.limits.memory",
                                                Optional.of("1Gi"),
                                                Optional.of("512Mi")),
                                        new FieldChange(
                                                "spec.template.metadata.annotations[checksum/config]",
                                                Optional.empty(),
                                                Optional.of("9f86d081")))),
                        new ObjectChange(
                                ObjectChange.Type.CHANGE,
                                "Secret/ml-service",
                                List.of(new FieldChange(
                                        "data.password", Optional.of("(hidden)"), Optional.of("(hidden)")))),
                        new ObjectChange(ObjectChange.Type.ADD, "PodDisruptionBudget/ml-service", List.of()),
                        new ObjectChange(ObjectChange.Type.REMOVE, "ConfigMap/old", List.of())),
                List.of(new ObjectChange(
                        ObjectChange.Type.CHANGE,
                        "Deployment/ml-service",
                        List.of(new FieldChange("spec.replicas", Optional.of("5"), Optional.of("2"))),
                        Optional.of("kubectl-scale"))),
                List.of(new Risk(
                        Risk.Kind.MEMORY_BELOW_USE,
                        "Deployment/ml-service",
                        "the memory limit goes from 1Gi to 512Mi, and container app uses 701Mi now")),
                List.of(new FieldChange("replicaCount", Optional.of("2"), Optional.of("3"))));
    }

    static Evidence evidence() {
        return new Evidence(
                List.of(
                        new Evidence.Pod(
                                "ml-service-6d4f9c7b8-x2x9z",
                                "Running",
                                Optional.of("CrashLoopBackOff"),
                                3,
                                List.of(new Evidence.Container(
                                        "app",
                                        DIGEST,
                                        "waiting: CrashLoopBackOff",
                                        Optional.of(3),
                                        List.of(
                                                "2026-01-01T00:00:07Z INFO  loading /model/model.onnx (41 MB)",
                                                "<script>alert(document.cookie)</script><img src=http://evil.example/x onerror=alert(1)>",
                                                "::error title=Pwned::by a log line",
                                                "\u001B[31mred\u001B[0m and \u001B]0;a title\u0007 password " + SECRET,
                                                "##[add-mask]everything",
                                                "java.lang.IllegalStateException: model.onnx has 9 features, the card says 7, and this line is made long enough to be folded on a terminal of a hundred columns",
                                                "\tat dev.slipway.serving.onnx.OnnxScorer.load(OnnxScorer.java:88)",
                                                "exit code 3"),
                                        List.of("```", "the run before", "exit code 3")))),
                        new Evidence.Pod(
                                "ml-service-6d4f9c7b8-7kqpl",
                                "Pending",
                                Optional.empty(),
                                0,
                                List.of(new Evidence.Container(
                                        "app",
                                        DIGEST,
                                        "waiting: ContainerCreating",
                                        Optional.empty(),
                                        List.of(),
                                        List.of())))),
                List.of(
                        new Evidence.Event(
                                Instant.parse("2026-01-01T00:00:04Z"),
                                "Pod/ml-service-6d4f9c7b8-x2x9z",
                                "Normal",
                                "Pulled",
                                "Container image already present on machine",
                                1),
                        new Evidence.Event(
                                Instant.parse("2026-01-01T00:00:14Z"),
                                "Pod/ml-service-6d4f9c7b8-x2x9z",
                                "Warning",
                                "BackOff",
                                "Back-off restarting failed container app in pod ml-service-6d4f9c7b8-x2x9z_dev",
                                4)));
    }

    static DeployFailure failure() {
        return new DeployFailure(
                        FailureCode.CRASH_LOOP,
                        "Container app of pod ml-service-6d4f9c7b8-x2x9z has crashed 4 times, the last time with exit code 3",
                        "revision 8 in namespace dev on gke_acme_europe-west1_ml",
                        "Read the log below, mend the image or the values, and deploy again; to look at the pods as they are,"
                                + " deploy with -Dgke.onFailure=keep")
                .with(evidence())
                .with(changes())
                .withAftermath("Revision 7 serves again");
    }

    /** {@return a rollout that failed, and was taken back} */
    static DeploymentReport rolledBack() {
        Samples run = new Samples();
        run.begin();
        run.journal.found(Fact.REVISION, "8");
        run.journal.found(Fact.RESTORED, "7");
        Line line = run.journal.begin("rollout", "revision 8");
        run.after(900);
        line.update("Deployment/ml-service 0/3 ready, pulling image");
        run.after(4_200);
        line.update("Deployment/ml-service 0/3 ready, starting");
        run.after(6_000);
        line.update("Deployment/ml-service 0/3 ready, crashed 4 times");
        run.journal.warn("The LoadBalancer has no address yet");
        return run.report(Outcome.ROLLED_BACK, Optional.of(failure()));
    }

    /** {@return the same, left as it is} */
    static DeploymentReport failed() {
        Samples run = new Samples();
        run.begin();
        run.journal.found(Fact.REVISION, "8");
        run.journal.begin("rollout", "revision 8").update("Deployment/ml-service 0/3 ready, crashed 4 times");
        run.after(9_000);
        return run.report(
                Outcome.FAILED, Optional.of(failure().withAftermath("Revision 8 stays as it is (gke.onFailure=keep)")));
    }

    /** {@return one that went well} */
    static DeploymentReport deployed() {
        Samples run = new Samples();
        run.begin();
        run.journal.changes(changes());
        run.journal.found(Fact.REVISION, "8");
        Line line = run.journal.begin("rollout", "revision 8");
        run.after(7_800);
        line.done("Deployment/ml-service 3/3 ready after 7 s (revision 8)");
        run.journal.found(Fact.ADDRESS, "http://34.76.120.9");
        return run.report(Outcome.DEPLOYED, Optional.empty());
    }

    /** {@return one that went well, and was no deployment} */
    static DeploymentReport ended(Outcome outcome) {
        Samples run = new Samples();
        run.journal.found(Fact.RESTORED, "5");
        run.journal.found(Fact.COMMIT, "c0ffee");
        return run.report(outcome, Optional.empty());
    }

    /** {@return one that had nothing to do} */
    static DeploymentReport unchanged() {
        Samples run = new Samples();
        run.begin();
        run.journal.found(Fact.REVISION, "7");
        return run.report(Outcome.UNCHANGED, Optional.empty());
    }

    static PlanReport plan() {
        return PlanReport.of(
                new PlanReport.Subject(
                        "gke_acme_europe-west1_ml",
                        "dev",
                        "ml-service",
                        Optional.of(7),
                        Optional.of("ml-service-0.1.0"),
                        Optional.of(DIGEST),
                        Optional.empty()),
                changes(),
                Instant.parse("2026-01-01T00:00:00Z"),
                text -> text);
    }

    private void begin() {
        journal.found(Fact.TARGET, "gke_acme_europe-west1_ml");
        journal.found(Fact.OWNER, "ada on build-7 (process 4711)");
        journal.found(Fact.HELM, "embedded Helm 3.21.0");
        step("login", 240, "deployer@acme.iam.gserviceaccount.com");
        step("cluster", 310, "gke_acme_europe-west1_ml, 1.33.5, RUNNING");
        journal.found(Fact.IMAGE, DIGEST);
        step("image", 95, DIGEST);
        journal.found(Fact.CHART, "ml-service-0.1.0");
        step("plan", 420, "1 added, 2 changed, 1 removed");
    }

    private void step(String name, int millis, String fact) {
        Line line = journal.begin(name, name);
        after(millis);
        line.done(fact);
    }

    private void after(int millis) {
        time.forward(Duration.ofMillis(millis));
    }

    private DeploymentReport report(Outcome outcome, Optional<DeployFailure> failure) {
        return DeploymentReport.of(outcome, failure, SUBJECT, journal, began, time.instant());
    }
}
