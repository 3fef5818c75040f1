package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls into libraries that may take their time, for no longer than we want to wait. */
final class TimeLimit {
    private TimeLimit() {}

    /**
     * {@return the result of the call; empty if it has not come within the limit, in which case the call's thread is interrupted}
     *
     * @param doing what the call does, for the failure of being interrupted
     * @throws ExecutionException if the call throws, with its exception as the cause
     */
    static <T> Optional<T> call(String doing, Duration limit, Callable<T> call) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(call);
        // A daemon: a library that ignores its interrupt must not keep Maven from ending.
        Thread thread = new Thread(task, "slipway: " + doing);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        try {
            return Optional.of(task.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            task.cancel(true);
            return Optional.empty();
        } catch (InterruptedException e) {
            task.cancel(true);
            throw DeployFailure.interrupted(doing, e);
        }
    }
}
