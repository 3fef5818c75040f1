package dev.slipway.gke.mojo;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a goal end in order when the build is ended by Ctrl-C or SIGTERM. The JVM runs its hooks then, while the build's threads go
 * on: the hook interrupts the goal's thread, which stops its wait, puts the release right, lets the lock go and writes its report;
 * the JVM waits for that, but no longer than {@link #PATIENCE}. Its exit code is the signal's, 130 or 143.
 */
final class Interruption implements AutoCloseable {
    /** Whoever ends a build waits about ten seconds before it kills. */
    static final Duration PATIENCE = Duration.ofSeconds(9);

    private static final Set<Interruption> ACTIVE = ConcurrentHashMap.newKeySet();

    private final Thread goal = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "end of " + goal.getName());
    private volatile boolean happened;

    /** Minds this thread until it is closed. */
    Interruption() {
        ACTIVE.add(this);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            happened = true;
            goal.interrupt();
        }
    }

    /** {@return whether the build is being ended} */
    boolean happened() {
        return happened;
    }

    @Override
    public void close() {
        ACTIVE.remove(this);
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook has seen it.
        }
    }

    /** Waits until every goal has ended, or has had its time: for hooks that take away what goals work with. */
    static void awaitAll() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Interruption interruption : ACTIVE) {
            interruption.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    private void interrupt() {
        happened = true;
        goal.interrupt();
        await(PATIENCE);
    }

    private void await(Duration limit) {
        try {
            boolean orderly = ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!orderly) {
                System.err.println(
                        "gke-maven-plugin had no time to end in order; the next deploy puts right what is left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
