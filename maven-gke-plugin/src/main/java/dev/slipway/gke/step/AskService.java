package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds the Service's address and asks it the question that it has to be able to answer. */
public final class AskService implements Step<Released, Deployed> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** A LoadBalancer that has an address may still refuse for a while, as its nodes learn of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int EVENTS = 5;

    private final Services services;
    private final Workloads workloads;
    private final Diagnostics diagnostics;
    private final Optional<Question> question;
    private final Duration budget;
    private final Pause pause;
    private final Clock clock;
    private final Deadline deadline;

    /**
     * Asks services.
     *
     * @param workloads tells whether a service that gives a wrong answer still runs
     * @param diagnostics says why a LoadBalancer has no address
     * @param question what to ask, if anything
     * @param budget how long a LoadBalancer may take to get its address; the service is asked in any case
     */
    public AskService(
            Services services,
            Workloads workloads,
            Diagnostics diagnostics,
            Optional<Question> question,
            Duration budget,
            Pause pause,
            Clock clock,
            Deadline deadline) {
        this.services = services;
        this.workloads = workloads;
        this.diagnostics = diagnostics;
        this.question = question;
        this.budget = budget;
        this.pause = pause;
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public Deployed run(Released released, Progress progress) {
        Optional<ServiceAddress> address = address(released, progress);
        address.flatMap(ServiceAddress::external)
                .ifPresent(external -> progress.found(Progress.Fact.ADDRESS, external.toString()));
        if (address.isPresent() && question.isPresent()) {
            ask(released, address.get(), question.get(), progress);
        }
        return new Deployed(released, address, question);
    }

    private Optional<ServiceAddress> address(Released released, Progress progress) {
        Optional<ServiceAddress> address = look(released);
        if (address.isEmpty() || !address.get().awaited()) {
            return address;
        }
        String service = address.get().service();
        Progress.Line line = progress.begin("address", "of LoadBalancer " + service);
        Deadline patience = atMost(budget);
        while (address.isPresent() && address.get().awaited() && !patience.passed()) {
            pause.upTo(LOOK_AGAIN, patience);
            address = look(released);
        }
        Optional<URI> external = address.flatMap(ServiceAddress::external);
        if (external.isEmpty()) {
            progress.warn("The LoadBalancer " + service + " has no address after "
                    + patience.budget().toSeconds() + " s (gke.budget.address); the service itself runs, so it stays. "
                    + why(released));
        }
        line.done(external.map(URI::toString).orElse("none yet"));
        return address;
    }

    /** {@return what the cluster says of the Service} */
    private String why(Released released) {
        Site site = released.site();
        List<KubeObject> services = released.rendering().manifest().ofKind("Service");
        List<Evidence.Event> events;
        try {
            events = diagnostics
                    .collect(site.connection(), site.namespace(), new Manifest(services))
                    .events();
        } catch (DeployFailure unknown) {
            events = List.of();
        }
        return events.isEmpty()
                ? "The cluster says nothing about why: kubectl -n " + site.namespace() + " describe service"
                : "The cluster says: "
                        + events.stream()
                                .skip(Math.max(0, events.size() - EVENTS))
                                .map(event -> event.reason() + ": " + event.message())
                                .collect(joining("; "));
    }

    private Deadline atMost(Duration time) {
        return Deadline.in(time.compareTo(deadline.left()) < 0 ? time : deadline.left(), clock);
    }

    /** Waits for an API server that is away. */
    private Optional<ServiceAddress> look(Released released) {
        while (true) {
            try {
                return services.address(
                        released.site().connection(),
                        released.site().namespace(),
                        released.rendering().manifest());
            } catch (DeployFailure failure) {
                if (failure.code() != FailureCode.CLUSTER_UNREACHABLE || deadline.passed()) {
                    throw failure;
                }
                pause.upTo(LOOK_AGAIN, deadline);
            }
        }
    }

    private void ask(Released released, ServiceAddress address, Question asked, Progress progress) {
        String where = address.external().map(URI::toString).orElse("through the API server") + " " + asked.path();
        Progress.Line line = progress.begin("ask", where);
        Deadline patience = atMost(PATIENCE);
        while (true) {
            Optional<String> wrong = attempt(released.site().connection(), address, asked, line);
            if (wrong.isEmpty()) {
                return;
            }
            seeRunning(released);
            if (patience.passed()) {
                throw new DeployFailure(
                        FailureCode.ANSWER_WRONG,
                        wrong.get(),
                        address.service() + ", " + where,
                        "Ask it by hand and read its log; what it has to answer is <verify><expect>, now /"
                                + asked.expected() + "/");
            }
            line.update(wrong.get());
            pause.upTo(LOOK_AGAIN, patience);
        }
    }

    /** A service whose container has ended is not asked until the time is over: why it ended says more. */
    private void seeRunning(Released released) {
        RolloutState state;
        try {
            state = workloads.settled(
                    released.site().connection(),
                    released.site().namespace(),
                    released.rendering().manifest());
        } catch (DeployFailure blind) {
            return;
        }
        if (state instanceof RolloutState.Stalled stalled) {
            throw WatchRollout.stalled(released, stalled);
        }
    }

    private Optional<String> attempt(
            Connection connection, ServiceAddress address, Question asked, Progress.Line line) {
        try {
            Answer answer = services.ask(connection, address, asked);
            String body = brief(answer.body());
            if (answer.status() == 200
                    && asked.expected().matcher(answer.body()).find()) {
                line.done(body);
                return Optional.empty();
            }
            return Optional.of("The service answered " + answer.status() + " " + body);
        } catch (DeployFailure failure) {
            if (failure.code() == FailureCode.ANSWER_MISSING || failure.code() == FailureCode.CLUSTER_UNREACHABLE) {
                return Optional.of(failure.what());
            }
            throw failure;
        }
    }

    private static String brief(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
