package dev.slipway.gke.model;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * One way to the API server of a cluster.
 *
 * @param kind which of them
 * @param server its address, {@code https} always
 * @param certificateAuthority PEM of the authority that signs the server's certificate; empty where public authorities do
 * @param remark what has to be known about it, such as that only some networks reach it; may be empty
 */
public record Endpoint(Kind kind, URI server, Optional<String> certificateAuthority, String remark) {
    /** The ways that GKE has. */
    public enum Kind {
        /** The IP address that is reached from everywhere, or from authorized networks. */
        PUBLIC,
        /** The IP address inside the cluster's network. */
        PRIVATE,
        /** The name that Google's front end answers for, where IAM decides who comes through. */
        DNS
    }

    /** Which endpoints may be taken. */
    public enum Choice {
        /** The first that can be reached, of those that the cluster allows. */
        AUTO,
        /** {@link Kind#PUBLIC} alone. */
        PUBLIC,
        /** {@link Kind#PRIVATE} alone. */
        PRIVATE,
        /** {@link Kind#DNS} alone. */
        DNS;

        /** {@return whether endpoints of that kind may be taken} */
        public boolean allows(Kind kind) {
            return this == AUTO || name().equals(kind.name());
        }

        /**
         * {@return the choice of that name}
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Choice parse(String text) {
            for (Choice choice : values()) {
                if (choice.name().equalsIgnoreCase(text)) {
                    return choice;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is none of auto, public, private, dns");
        }
    }

    public Endpoint {
        if (!"https".equals(server.getScheme())) {
            throw new IllegalArgumentException("an API server is reached by https alone, not " + server);
        }
    }

    /** {@return kind and address, for people} */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + server;
    }
}
