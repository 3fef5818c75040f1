package dev.slipway.gke.model;

import static java.util.Objects.requireNonNull;

/** A text that must not be seen. It prints as stars; {@link #reveal()} is the one way to it, easy to search for. */
public final class Secret {
    private final String text;

    public Secret(String text) {
        this.text = requireNonNull(text, "text is null");
    }

    /** {@return the text itself, to be handed to the library that needs it and to nobody else} */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Secret[****]";
    }
}
