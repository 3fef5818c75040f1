package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Progress;

/**
 * Does what is inside; if that finds the release busy, clears the way and does it once more.
 *
 * @param <I> what is known before
 * @param <O> what is known after
 */
public final class Unblock<I, O> implements Step<I, O> {
    private final Step<? super I, ? extends O> inner;
    private final Step<? super I, ?> clear;

    /**
     * Tries twice.
     *
     * @param inner what may find the release busy
     * @param clear clears the way, or fails
     */
    public Unblock(Step<? super I, ? extends O> inner, Step<? super I, ?> clear) {
        this.inner = inner;
        this.clear = clear;
    }

    @Override
    public O run(I input, Progress progress) {
        try {
            return inner.run(input, progress);
        } catch (DeployFailure failure) {
            if (failure.code() != FailureCode.RELEASE_BUSY) {
                throw failure;
            }
            clear.run(input, progress);
            return inner.run(input, progress);
        }
    }
}
