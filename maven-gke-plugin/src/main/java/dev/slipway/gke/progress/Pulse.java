package dev.slipway.gke.progress;

import java.time.Duration;

/** Lets a {@link Journal} speak although nothing happens: a thread that looks at the clock. It never keeps a build from ending. */
public final class Pulse implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration MOVE = Duration.ofMillis(125);

    private final Journal journal;
    private final Thread thread;

    private Pulse(Journal journal) {
        this.journal = journal;
        this.thread = new Thread(this::beat, "gke progress");
        thread.setDaemon(true);
    }

    /** {@return the pulse of that journal, beating until it is closed} */
    public static Pulse of(Journal journal) {
        Pulse pulse = new Pulse(journal);
        pulse.thread.start();
        return pulse;
    }

    private void beat() {
        long every = (journal.moves() ? MOVE : LOOK).toMillis();
        try {
            while (true) {
                Thread.sleep(every);
                journal.tick();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        journal.rest();
    }
}
