package dev.slipway.gke.progress;

import java.util.function.Consumer;

/** Where a person reads what a {@link Journal} tells. Called by one thread at a time. */
public interface Display {
    /** A line that stays. */
    void line(String text);

    /** A line that stays and that somebody should act on. */
    void warn(String text);

    /** {@return whether {@link #moving} shows anything} */
    boolean moves();

    /** What is being done this moment: shown until the next call of any kind; empty to show nothing. */
    void moving(String text);

    /** {@return a display of lines alone, for logs, pipes and CI} */
    static Display plain(Consumer<String> info, Consumer<String> warn) {
        return new Display() {
            @Override
            public void line(String text) {
                info.accept(text);
            }

            @Override
            public void warn(String text) {
                warn.accept(text);
            }

            @Override
            public boolean moves() {
                return false;
            }

            @Override
            public void moving(String text) {
                // What was written to a log stays there.
            }
        };
    }
}
