package dev.slipway.gke.progress;

import java.util.function.Consumer;

/**
 * A terminal: below the lines that stay, one that moves. It uses the carriage return alone and no escape sequence, so that any
 * terminal can show it.
 */
public final class TerminalDisplay implements Display {
    private final Consumer<String> info;
    private final Consumer<String> warn;
    private final Consumer<String> terminal;
    private final int width;
    private int shown;

    /**
     * @param info writes a line that stays
     * @param warn writes a warning that stays
     * @param terminal writes to the terminal at once, without a line break
     * @param width columns; a longer line would break and could not be taken back
     */
    public TerminalDisplay(Consumer<String> info, Consumer<String> warn, Consumer<String> terminal, int width) {
        this.info = info;
        this.warn = warn;
        this.terminal = terminal;
        this.width = width;
    }

    @Override
    public void line(String text) {
        moving("");
        info.accept(text);
    }

    @Override
    public void warn(String text) {
        moving("");
        warn.accept(text);
    }

    @Override
    public boolean moves() {
        return true;
    }

    @Override
    public void moving(String text) {
        if (text.isEmpty() && shown == 0) {
            return;
        }
        // The last column stays free: writing to it breaks the line on some terminals.
        String fit = text.length() < width ? text : text.substring(0, width - 2) + "…";
        terminal.accept("\r" + fit + " ".repeat(Math.max(0, shown - fit.length())) + (fit.isEmpty() ? "\r" : ""));
        shown = fit.length();
    }
}
