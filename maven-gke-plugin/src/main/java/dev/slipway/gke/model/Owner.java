package dev.slipway.gke.model;

import java.net.URI;
import java.util.Optional;

/**
 * Who is deploying.
 *
 * @param who a person or a CI's actor
 * @param host the machine
 * @param pid the process on it
 * @param commit what is deployed
 * @param run the CI run
 */
public record Owner(String who, String host, long pid, Optional<String> commit, Optional<URI> run) {
    @Override
    public String toString() {
        return who + " on " + host + " (process " + pid + ")"
                + commit.map(id -> ", commit " + id.substring(0, Math.min(12, id.length())))
                        .orElse("")
                + run.map(url -> ", " + url).orElse("");
    }
}
