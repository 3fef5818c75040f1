package dev.slipway.serving.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to serve.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param model the model folder; the one in the jar if none is named
 * @param grace how long to go on as before after SIGTERM, but not ready, so that a load balancer has time to look away
 * @param drain how long the requests in flight may take after that
 * @param maxBody the longest request body, in bytes
 * @param maxRows the most rows in one request
 */
public record ServeConfig(
        String host, int port, Optional<Path> model, Duration grace, Duration drain, int maxBody, int maxRows) {
    private static final int HIGHEST_PORT = 65_535;
    private static final Duration LONGEST = Duration.ofHours(1);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException with every problem there is, by the name of its option
     */
    public ServeConfig {
        List<String> problems = new ArrayList<>();
        check(!host.isBlank(), "--host must not be empty", problems);
        check(port >= 0 && port <= HIGHEST_PORT, "--port must be from 0 to " + HIGHEST_PORT + ", is " + port, problems);
        check(fits(grace), "--grace must be from 0s to 1h, is " + grace, problems);
        check(fits(drain), "--drain must be from 0s to 1h, is " + drain, problems);
        check(maxBody > 0, "--max-body must be at least 1, is " + maxBody, problems);
        check(maxRows > 0, "--max-rows must be at least 1, is " + maxRows, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static boolean fits(Duration duration) {
        return !duration.isNegative() && duration.compareTo(LONGEST) <= 0;
    }

    private static void check(boolean holds, String problem, List<String> problems) {
        if (!holds) {
            problems.add(problem);
        }
    }
}
