package dev.slipway.gke.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the running service is asked after a rollout, to see that it answers.
 *
 * @param path such as {@code /predict}
 * @param body JSON to post; a plain GET if empty
 * @param expected what must be found in the body of the answer
 */
public record Question(String path, Optional<String> body, Pattern expected) {
    public Question {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is no path: it has to begin with '/'");
        }
    }
}
