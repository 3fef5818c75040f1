package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Something that is done while something else is. What goes wrong with it is thrown when its result is asked for, and not if nobody
 * asks.
 *
 * @param <T> the result
 */
final class Meanwhile<T> {
    private final FutureTask<T> task;
    private final Thread thread;
    private final String doing;

    private Meanwhile(String doing, Supplier<T> work) {
        this.doing = doing;
        task = new FutureTask<>(work::get);
        thread = new Thread(task, doing);
        thread.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param doing such as {@code "rendering"}
     */
    static <T> Meanwhile<T> begin(String doing, Supplier<T> work) {
        Meanwhile<T> meanwhile = new Meanwhile<>(doing, work);
        meanwhile.thread.start();
        return meanwhile;
    }

    /** {@return the result, waiting for it} */
    T get() {
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw DeployFailure.interrupted(doing, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
