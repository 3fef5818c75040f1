package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What an examination has found so far, each thing told at once. */
final class Findings {
    private final List<Finding> all = new ArrayList<>();
    private final Consumer<Finding> told;

    /** @param told hears of each */
    Findings(Consumer<Finding> told) {
        this.told = told;
    }

    /** {@return them in the order in which they were found} */
    List<Finding> all() {
        return List.copyOf(all);
    }

    /** {@return what a look gives; empty if it fails, which is a problem found and no end of the examination} */
    <T> Optional<T> tried(String check, Supplier<T> look) {
        try {
            return Optional.of(look.get());
        } catch (DeployFailure e) {
            if (e.code() == FailureCode.INTERRUPTED) {
                throw e;
            }
            problem(check, e.code().code() + ": " + e.what(), e.tryThis());
            return Optional.empty();
        }
    }

    /** As {@link #tried(String, Supplier)}, for a look of which nothing is needed afterwards. */
    void look(String check, Runnable look) {
        tried(check, () -> {
            look.run();
            return check;
        });
    }

    void ok(String check, String what) {
        say(Finding.ok(check, what));
    }

    void warning(String check, String what, String tryThis) {
        say(Finding.warning(check, what, tryThis));
    }

    void problem(String check, String what, String tryThis) {
        say(Finding.problem(check, what, tryThis));
    }

    private void say(Finding finding) {
        all.add(finding);
        told.accept(finding);
    }
}
