package dev.slipway.gke.step;

import dev.slipway.gke.progress.Progress;

/**
 * One verb of a deployment. Constructor: what was configured. Input: what earlier steps found out.
 *
 * @param <I> what it needs to know
 * @param <O> what is known after it
 */
@FunctionalInterface
public interface Step<I, O> {
    /**
     * Does it.
     *
     * @throws dev.slipway.gke.failure.DeployFailure if it cannot be done
     */
    O run(I input, Progress progress);

    /** {@return this step and then the next, whose input is what this one found: the wrong order does not compile} */
    default <R> Step<I, R> then(Step<? super O, ? extends R> next) {
        return (input, progress) -> next.run(run(input, progress), progress);
    }
}
