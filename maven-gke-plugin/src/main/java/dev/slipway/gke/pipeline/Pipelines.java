package dev.slipway.gke.pipeline;

import dev.slipway.gke.config.ChangeConfig;
import dev.slipway.gke.config.DeployConfig;
import dev.slipway.gke.config.DeployPolicy;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.config.Target;
import dev.slipway.gke.config.VerifyConfig;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Finding;
import dev.slipway.gke.model.ImageDigest;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.PlanMark;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.step.AskService;
import dev.slipway.gke.step.AttendHooks;
import dev.slipway.gke.step.Authenticate;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.CheckBudgets;
import dev.slipway.gke.step.CheckNamespace;
import dev.slipway.gke.step.CheckPowers;
import dev.slipway.gke.step.CheckRights;
import dev.slipway.gke.step.Deployed;
import dev.slipway.gke.step.Describe;
import dev.slipway.gke.step.Either;
import dev.slipway.gke.step.Examine;
import dev.slipway.gke.step.ExplainRefusal;
import dev.slipway.gke.step.Forget;
import dev.slipway.gke.step.HeedRefusals;
import dev.slipway.gke.step.HoldLock;
import dev.slipway.gke.step.HoldToPlan;
import dev.slipway.gke.step.LeaveAlone;
import dev.slipway.gke.step.Ledger;
import dev.slipway.gke.step.LintChart;
import dev.slipway.gke.step.LocateCluster;
import dev.slipway.gke.step.NoteGood;
import dev.slipway.gke.step.OnFailure;
import dev.slipway.gke.step.OpenCluster;
import dev.slipway.gke.step.OpenKubeconfig;
import dev.slipway.gke.step.PackChart;
import dev.slipway.gke.step.PickRevision;
import dev.slipway.gke.step.PinImage;
import dev.slipway.gke.step.PlanRelease;
import dev.slipway.gke.step.PrintLogs;
import dev.slipway.gke.step.ReadRelease;
import dev.slipway.gke.step.RecoverRelease;
import dev.slipway.gke.step.RefuseBusy;
import dev.slipway.gke.step.RefuseOlder;
import dev.slipway.gke.step.ReleaseChart;
import dev.slipway.gke.step.Released;
import dev.slipway.gke.step.RenderShapes;
import dev.slipway.gke.step.Replan;
import dev.slipway.gke.step.RestoreRevision;
import dev.slipway.gke.step.SeekRelease;
import dev.slipway.gke.step.Settle;
import dev.slipway.gke.step.Site;
import dev.slipway.gke.step.Step;
import dev.slipway.gke.step.TestRelease;
import dev.slipway.gke.step.Uninstall;
import dev.slipway.gke.step.WatchRollout;
import dev.slipway.gke.step.WeighBudgets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The recipes. */
public final class Pipelines {
    private Pipelines() {}

    /**
     * Brings the cluster to what the configuration says, and sees that it answers.
     *
     * @param saved the plan to keep to, if there is one
     */
    public static Step<Begin, Deployed> deploy(
            Tools tools, DeployConfig config, Deployer deployer, Optional<PlanMark> saved) {
        return explained(tools, config.release(), deploying(tools, config, deployer, saved));
    }

    private static Step<Begin, Deployed> deploying(
            Tools tools, DeployConfig config, Deployer deployer, Optional<PlanMark> saved) {
        Deadline deadline = Deadline.in(config.release().timeout(), tools.clock());
        Step<PinImage.Pinned, PlanRelease.Planned> plan = planning(tools, config)
                .then(new CheckPowers(config.policy().allowPrivileged()))
                .then(new HeedRefusals())
                .then(new HoldToPlan(tools.live(), saved));
        return reach(tools, config.release())
                .then(new CheckNamespace(tools.workloads(), config.release().namespace(), config.createNamespace()))
                .then(new PinImage(tools.registry(), config.image(), deadline))
                .then(plan)
                .then(checks(tools, config, deadline))
                .then(new Either<>(
                        // Helm writes down how a test went, so the lock is needed for one, too.
                        planned -> nothingToDo(planned) && !config.policy().test(),
                        stay(tools, config, deadline),
                        new HoldLock<PlanRelease.Planned, Deployed>(
                                tools.lock(),
                                tools.workloads(),
                                terms(
                                        tools,
                                        config.release(),
                                        deployer,
                                        config.policy().lockWait()),
                                PlanRelease.Planned::site,
                                (grip, waited) -> alone(tools, config, deployer, grip, plan, deadline.later(waited)))));
    }

    /** What is asked of a plan before the first write. */
    private static Step<PlanRelease.Planned, PlanRelease.Planned> checks(
            Tools tools, DeployConfig config, Deadline deadline) {
        return new CheckBudgets(config.policy().budgets(), deadline).then(CheckRights.ofPlan(tools.access()));
    }

    /** What is done where nothing is to be done: it is seen that what runs is well. */
    private static Step<PlanRelease.Planned, Deployed> stay(Tools tools, DeployConfig config, Deadline deadline) {
        return new LeaveAlone().then(watch(tools, config, deadline)).then(ask(tools, config, deadline));
    }

    /** What is done with the lock in hand. */
    private static Step<PlanRelease.Planned, Deployed> alone(
            Tools tools,
            DeployConfig config,
            Deployer deployer,
            Grip grip,
            Step<PinImage.Pinned, PlanRelease.Planned> plan,
            Deadline deadline) {
        ReleaseName release = config.release().release();
        Step<Released, Deployed> see = watch(tools, config, deadline).then(ask(tools, config, deadline));
        Ledger ledger = new Ledger(grip, deployer.owner(), deployer.source(), tools.clock());
        Step<PlanRelease.Planned, Deployed> making = new Either<>(
                        PlanRelease.Planned::unchanged,
                        new LeaveAlone(),
                        new ReleaseChart(tools.engine(), ledger, attending(tools), deadline))
                .then(see)
                .then(settle(tools, config, deadline))
                .then(test(tools, config, deadline))
                .then(new NoteGood(
                        tools.history(), release, ledger, config.policy().historyMax()));
        Step<PlanRelease.Planned, Deployed> change = new RefuseOlder<PlanRelease.Planned>(
                        ledger,
                        deployer.source(),
                        deployer.lineage(),
                        config.policy().allowOlder())
                .then(new OnFailure<>(
                        mending(tools, ledger, config.policy().historyMax(), limit -> watch(tools, config, limit)),
                        config.policy().onFailure() == DeployPolicy.OnFailure.ROLLBACK,
                        deadline,
                        planned -> new OnFailure.Attempt(
                                planned.site(),
                                release,
                                planned.current().filter(current -> !planned.unchanged() || seen(planned))),
                        making));
        return recover(tools, config.release(), grip, config.policy().recover(), PlanRelease.Planned::site)
                .then(new Replan(tools.history(), plan.then(checks(tools, config, deadline))))
                .then(new Either<>(
                        Pipelines::nothingToDo,
                        stay(tools, config, deadline).then(test(tools, config, deadline)),
                        change));
    }

    /** {@return whether what runs is what is wanted, and was seen to come up} */
    private static boolean nothingToDo(PlanRelease.Planned planned) {
        return planned.unchanged() && seen(planned);
    }

    /** {@return whether somebody saw the current revision come up; not if its deploy died} */
    private static boolean seen(PlanRelease.Planned planned) {
        return planned.records().stream()
                .filter(record -> planned.current()
                        .filter(current -> current.revision() == record.revision())
                        .isPresent())
                .allMatch(record -> record.state() == RevisionRecord.State.GOOD);
    }

    private static WatchRollout watch(Tools tools, DeployConfig config, Deadline deadline) {
        return new WatchRollout(tools.workloads(), config.policy().budgets(), tools.pause(), tools.clock(), deadline);
    }

    private static Step<Deployed, Deployed> test(Tools tools, DeployConfig config, Deadline deadline) {
        return config.policy().test()
                ? new TestRelease(
                        tools.engine(),
                        tools.history(),
                        tools.diagnostics(),
                        config.release().release(),
                        deadline)
                : (deployed, progress) -> deployed;
    }

    private static Settle settle(Tools tools, DeployConfig config, Deadline deadline) {
        return new Settle(
                tools.workloads(),
                config.policy().settle(),
                watch(tools, config, deadline),
                tools.pause(),
                tools.clock(),
                deadline);
    }

    private static AskService ask(Tools tools, DeployConfig config, Deadline deadline) {
        return new AskService(
                tools.services(),
                tools.workloads(),
                tools.diagnostics(),
                config.question(),
                config.policy().budgets().address(),
                tools.pause(),
                tools.clock(),
                deadline);
    }

    /**
     * Makes a revision of the past once more, and watches it come up.
     *
     * @param revision which; the last good one if empty
     */
    public static Step<Begin, Released> rollback(
            Tools tools, ChangeConfig change, Deployer deployer, Optional<Integer> revision) {
        ReleaseConfig config = change.release();
        Deadline deadline = Deadline.in(config.timeout(), tools.clock());
        return explained(
                tools,
                config,
                reach(tools, config)
                        .then(new CheckNamespace(tools.workloads(), config.namespace(), false))
                        .then(new HoldLock<Site, Released>(
                                tools.lock(),
                                tools.workloads(),
                                terms(tools, config, deployer, change.lockWait()),
                                site -> site,
                                (grip, waited) ->
                                        back(tools, change, deployer, grip, revision, deadline.later(waited)))));
    }

    private static Step<Site, Released> back(
            Tools tools,
            ChangeConfig change,
            Deployer deployer,
            Grip grip,
            Optional<Integer> revision,
            Deadline deadline) {
        ReleaseConfig config = change.release();
        Ledger ledger = new Ledger(grip, deployer.owner(), deployer.source(), tools.clock());
        OnFailure.Tools mending = mending(
                tools,
                ledger,
                change.historyMax(),
                limit -> new WatchRollout(tools.workloads(), tools.pause(), tools.clock(), limit));
        return recover(tools, config, grip, change.recover(), (Site site) -> site)
                .then(new PickRevision(tools.history(), config.release(), ledger, revision, deadline))
                .then(CheckRights.ofWayBack(tools.access()))
                .then(new OnFailure<>(
                        mending,
                        false,
                        deadline,
                        order -> new OnFailure.Attempt(order.site(), config.release(), Optional.of(order.newest())),
                        mending.restore()));
    }

    private static <I> RecoverRelease<I> recover(
            Tools tools, ReleaseConfig config, Grip grip, boolean allowed, Function<? super I, Site> site) {
        return new RecoverRelease<>(
                tools.history(), config.release(), grip, allowed, tools.pause(), tools.clock(), site);
    }

    private static OnFailure.Tools mending(
            Tools tools, Ledger ledger, int keep, Function<Deadline, ? extends Step<Released, Released>> watch) {
        return new OnFailure.Tools(
                tools.history(),
                tools.diagnostics(),
                tools.serves(),
                ledger,
                new RestoreRevision(tools.engine(), tools.history(), ledger, attending(tools), keep, watch),
                tools.pause(),
                tools.clock());
    }

    private static AttendHooks attending(Tools tools) {
        return new AttendHooks(tools.hooks(), tools.diagnostics(), tools.pause());
    }

    private static HoldLock.Terms terms(Tools tools, ReleaseConfig config, Deployer deployer, Duration wait) {
        return new HoldLock.Terms(config.release(), deployer.owner(), wait, tools.pause(), tools.clock());
    }

    /** Finds out what a deploy would do, and does nothing. */
    public static Step<Begin, PlanRelease.Planned> plan(Tools tools, DeployConfig config) {
        Deadline deadline = Deadline.in(config.release().timeout(), tools.clock());
        return explained(
                tools,
                config.release(),
                reach(tools, config.release())
                        .then(new CheckNamespace(
                                tools.workloads(), config.release().namespace(), config.createNamespace()))
                        .then(new PinImage(tools.registry(), config.image(), deadline))
                        .then(planning(tools, config))
                        .then(new RefuseBusy())
                        .then(new WeighBudgets(
                                config.policy().budgets(), config.release().timeout())));
    }

    /** Takes the release off the cluster, and what was noted of it. */
    public static Step<Begin, Uninstall.Gone> undeploy(Tools tools, ChangeConfig change, Deployer deployer) {
        ReleaseConfig config = change.release();
        Deadline deadline = Deadline.in(config.timeout(), tools.clock());
        return explained(
                tools,
                config,
                reach(tools, config)
                        .then(new SeekRelease(tools.history(), config.namespace(), config.release()))
                        .then(new Either<>(
                                SeekRelease.Sought::nowhere,
                                uninstall(tools, config, deadline),
                                new HoldLock<SeekRelease.Sought, Uninstall.Gone>(
                                        tools.lock(),
                                        tools.workloads(),
                                        terms(tools, config, deployer, change.lockWait()),
                                        sought -> new Site(sought.connection(), config.namespace(), true),
                                        (grip, waited) -> uninstall(tools, config, deadline.later(waited)))))
                        .then(new Forget(tools.lock(), config.namespace(), config.release())));
    }

    private static Uninstall uninstall(Tools tools, ReleaseConfig config, Deadline deadline) {
        return new Uninstall(
                tools.engine(),
                tools.history(),
                tools.workloads(),
                config.namespace(),
                config.release(),
                tools.pause(),
                deadline);
    }

    /** Looks at the release. */
    public static Step<Begin, Describe.Standing> status(Tools tools, ReleaseConfig config) {
        return explained(
                tools,
                config,
                reach(tools, config)
                        .then(new ReadRelease(tools.history(), config.namespace(), config.release()))
                        .then(new Describe(tools.lock(), tools.workloads(), tools.services())));
    }

    /** Asks the release that runs its question, and runs the tests that its chart brings. */
    public static Step<Begin, Deployed> verify(Tools tools, VerifyConfig config) {
        Deadline deadline = Deadline.in(config.release().timeout(), tools.clock());
        return explained(
                tools,
                config.release(),
                reach(tools, config.release())
                        .then(new ReadRelease(
                                tools.history(),
                                config.release().namespace(),
                                config.release().release()))
                        .then((found, progress) -> found.released())
                        .then(new AskService(
                                tools.services(),
                                tools.workloads(),
                                tools.diagnostics(),
                                config.question(),
                                config.release().timeout(),
                                tools.pause(),
                                tools.clock(),
                                deadline))
                        .then(new TestRelease(
                                tools.engine(),
                                tools.history(),
                                tools.diagnostics(),
                                config.release().release(),
                                deadline)));
    }

    /** Gives the logs of the release's pods to the reader. */
    public static Step<Begin, Integer> logs(
            Tools tools, ReleaseConfig config, LogQuery query, Consumer<LogLine> reader) {
        return explained(
                tools,
                config,
                reach(tools, config)
                        .then(new ReadRelease(tools.history(), config.namespace(), config.release()))
                        .then(new PrintLogs(
                                tools.diagnostics(), query, Deadline.in(config.timeout(), tools.clock()), reader)));
    }

    /** Looks at everything that a deploy needs. */
    public static Step<Begin, Checkup> doctor(Examine.Ports ports, DeployConfig config, Consumer<Finding> told) {
        Target target = config.release().target();
        return new Examine(
                ports,
                new Examine.Subject(
                        target.fold(gke -> Optional.of(gke.cluster()), kubeconfig -> Optional.empty()),
                        target.fold(
                                gke -> Optional.empty(),
                                kubeconfig -> Optional.of(
                                        new Examine.Context(kubeconfig.kubeconfig(), kubeconfig.context()))),
                        config.createNamespace(),
                        plan(config, config.image().map(Pipelines::imagined)),
                        config.image()),
                told);
    }

    /** An image that need not be there yet: a chart renders alike with any digest. */
    private static PinnedImage imagined(ImageReference image) {
        return new PinnedImage(
                image.name(),
                image.tag().orElse(""),
                image.digest().orElse(new ImageDigest("sha256:" + "0".repeat(64))));
    }

    /** Checks a chart with every values file that it is to be deployed with. */
    public static Step<Begin, List<Rendering>> lint(ReleaseEngine engine, Path chart, List<ReleasePlan> shapes) {
        return new LintChart(engine, chart).then(new RenderShapes(engine, shapes));
    }

    /** Packs a chart. */
    public static Step<Begin, Path> pack(
            ReleaseEngine engine, Path chart, Path destination, String version, Instant timestamp) {
        return new PackChart(engine, chart, destination, version, timestamp);
    }

    /** A refusal in the middle of it, even one that only Helm met, says so if it is Google's credentials that have ended. */
    private static <O> Step<Begin, O> explained(Tools tools, ReleaseConfig config, Step<Begin, O> steps) {
        return config.target().fold(gke -> new ExplainRefusal<>(tools.credentials(), steps), kubeconfig -> steps);
    }

    private static Step<Begin, Connection> reach(Tools tools, ReleaseConfig config) {
        return config.target()
                .fold(
                        (Target.Gke gke) -> new Authenticate(tools.credentials())
                                .then(new LocateCluster(tools.clusters(), gke.cluster()))
                                .then(new OpenCluster(tools.door())),
                        (Target.Kubeconfig file) ->
                                new OpenKubeconfig(tools.door(), file.kubeconfig(), file.context()));
    }

    private static PlanRelease planning(Tools tools, DeployConfig config) {
        return new PlanRelease(
                new PlanRelease.Means(tools.engine(), tools.history(), tools.live(), tools.lock(), tools.inputs()),
                image -> plan(config, image));
    }

    private static ReleasePlan plan(DeployConfig config, Optional<PinnedImage> image) {
        Map<String, Object> values = image.<Map<String, Object>>map(pinned -> Map.of(
                        "image",
                        Map.of(
                                "repository",
                                pinned.name(),
                                "digest",
                                pinned.digest().value())))
                .orElse(Map.of());
        return new ReleasePlan(
                config.release().release(),
                config.release().namespace(),
                config.chart(),
                config.valuesFiles(),
                values,
                image.map(pinned ->
                                "image " + pinned.tag() + " " + pinned.digest().brief())
                        .orElse("deployed by gke-maven-plugin"));
    }
}
