package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.progress.Progress;
import java.util.function.Supplier;

/**
 * Does other steps; and if the cluster refuses our credentials in the middle of them, asks Google whether they have ended. Helm
 * goes to the cluster by itself, so that its refusals know nothing of Google.
 *
 * @param <I> what the steps start from
 * @param <O> what they come to
 */
public final class ExplainRefusal<I, O> implements Step<I, O> {
    private final Supplier<TokenSource> credentials;
    private final Step<I, O> steps;

    public ExplainRefusal(Supplier<TokenSource> credentials, Step<I, O> steps) {
        this.credentials = credentials;
        this.steps = steps;
    }

    @Override
    public O run(I input, Progress progress) {
        try {
            return steps.run(input, progress);
        } catch (DeployFailure refused) {
            if (refused.code() == FailureCode.CLUSTER_UNAUTHORIZED) {
                TokenSource tokens = credentials.get();
                // Throws what is to be said instead, if Google gives no more tokens.
                tokens.insteadOf(tokens.token());
            }
            throw refused;
        }
    }
}
