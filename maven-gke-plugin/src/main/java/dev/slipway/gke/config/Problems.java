package dev.slipway.gke.config;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Everything that is wrong with a configuration, by the user's own names for it, to be reported at once. */
public final class Problems {
    private final List<String> problems = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /**
     * Notes a problem.
     *
     * @param name what the user calls it, such as {@code <release>}
     * @param what is wrong with it
     * @param tryThis what to do
     */
    public void add(String name, String what, String tryThis) {
        problems.add(name + " " + what + ": " + tryThis);
    }

    /** Something to know, reported only if there is a problem too. */
    public void remark(String text) {
        remarks.add(text);
    }

    /** {@return what the supplier makes; or nothing, with its complaint noted as a problem of that name} */
    public <T> Optional<T> value(String name, Supplier<T> made) {
        try {
            return Optional.of(made.get());
        } catch (IllegalArgumentException wrong) {
            problems.add(name + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    /** {@return what was noted} */
    public List<String> found() {
        return List.copyOf(problems);
    }

    /**
     * Ends the goal if there is any problem.
     *
     * @param where the POM, or whatever it is that is configured
     */
    public void throwIfAny(String where) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(problems);
        lines.addAll(remarks);
        throw new DeployFailure(
                FailureCode.CONFIGURATION_INVALID,
                (problems.size() == 1 ? "There is a problem" : "There are " + problems.size() + " problems")
                        + " in the configuration:\n    - " + String.join("\n    - ", lines),
                where,
                "Mend all of it at once; nothing was changed on any cluster");
    }
}
