package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.progress.Progress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Finds the Service's address and asks it the question that it has to be able to answer. */
public final class AskService implements Step<Released, Deployed> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** A LoadBalancer that has an address may still refuse for a while, as its nodes learn of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Services services;
    private final Optional<Question> question;
    private final Pause pause;
    private final Clock clock;
    private final Deadline deadline;

    public AskService(Services services, Optional<Question> question, Pause pause, Clock clock, Deadline deadline) {
        this.services = services;
        this.question = question;
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
            ask(released.site().connection(), address.get(), question.get(), progress);
        }
        return new Deployed(released, address, question);
    }

    private Optional<ServiceAddress> address(Released released, Progress progress) {
        Site site = released.site();
        Optional<ServiceAddress> address = look(released);
        if (address.isEmpty() || !address.get().awaited()) {
            return address;
        }
        Progress.Line line =
                progress.begin("address", "of LoadBalancer " + address.get().service());
        while (address.isPresent() && address.get().awaited() && !deadline.passed()) {
            pause.upTo(LOOK_AGAIN, deadline);
            address = look(released);
        }
        Optional<URI> external = address.flatMap(ServiceAddress::external);
        if (external.isEmpty()) {
            progress.warn("The LoadBalancer has no address after "
                    + deadline.budget().toSeconds() + " s; the service itself runs. Look at: kubectl -n "
                    + site.namespace() + " describe service");
        }
        line.done(external.map(URI::toString).orElse("none yet"));
        return address;
    }

    private Optional<ServiceAddress> look(Released released) {
        return services.address(
                released.site().connection(),
                released.site().namespace(),
                released.rendering().manifest());
    }

    private void ask(Connection connection, ServiceAddress address, Question asked, Progress progress) {
        String where = address.external().map(URI::toString).orElse("through the API server") + " " + asked.path();
        Progress.Line line = progress.begin("ask", where);
        Deadline patience = Deadline.in(PATIENCE.compareTo(deadline.left()) < 0 ? PATIENCE : deadline.left(), clock);
        while (true) {
            Optional<String> wrong = attempt(connection, address, asked, line);
            if (wrong.isEmpty()) {
                return;
            }
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
            if (failure.code() == FailureCode.ANSWER_MISSING) {
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
