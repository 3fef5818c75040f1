package dev.slipway.serving;

import java.util.logging.LogManager;

/** Goes on logging while the process ends. The JDK's own takes its handlers away at the first signal, and a drain would be silent. */
public final class SteadyLogManager extends LogManager {
    /** For the JDK, which makes the only one. */
    public SteadyLogManager() {}

    /** Keeps the handlers; they write at once and hold nothing back. */
    @Override
    public void reset() {
        // See above.
    }
}
