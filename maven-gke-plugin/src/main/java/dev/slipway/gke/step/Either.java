package dev.slipway.gke.step;

import dev.slipway.gke.progress.Progress;
import java.util.function.Predicate;

/**
 * One of two ways, by what is known.
 *
 * @param <I> what is known before
 * @param <O> what is known after
 */
public final class Either<I, O> implements Step<I, O> {
    private final Predicate<? super I> first;
    private final Step<? super I, ? extends O> one;
    private final Step<? super I, ? extends O> other;

    /**
     * Two ways.
     *
     * @param first whether to go the first one
     */
    public Either(Predicate<? super I> first, Step<? super I, ? extends O> one, Step<? super I, ? extends O> other) {
        this.first = first;
        this.one = one;
        this.other = other;
    }

    @Override
    public O run(I input, Progress progress) {
        return first.test(input) ? one.run(input, progress) : other.run(input, progress);
    }
}
