package dev.slipway.gke.step;

import java.util.function.Supplier;

/** Does what has to be done although the thread was interrupted; the interrupt is there again afterwards. */
final class Calm {
    private Calm() {}

    static void during(Runnable work) {
        during(() -> {
            work.run();
            return true;
        });
    }

    static <T> T during(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
