package dev.slipway.gke.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way to log in that a registry offers in {@code WWW-Authenticate}, after RFC 9110, section 11.6.1.
 *
 * @param scheme {@code bearer} or {@code basic} or another, in lower case
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PART = Pattern.compile(
            "\\G[\\s,]*(?:(?<key>[\\w-]+)\\s*=\\s*(?:\"(?<quoted>(?:[^\"\\\\]|\\\\.)*)\"|(?<bare>[^\\s,\"]+))"
                    + "|(?<scheme>[A-Za-z][\\w-]*)(?=[\\s,]|$))");

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** {@return the best way of those offered: a token if possible, a password otherwise; empty if we know none} */
    static Optional<Challenge> best(List<String> headers) {
        List<Challenge> offered =
                headers.stream().flatMap(header -> parse(header).stream()).toList();
        return List.of("bearer", "basic").stream()
                .flatMap(scheme -> offered.stream().filter(one -> one.scheme.equals(scheme)))
                .findFirst();
    }

    static List<Challenge> parse(String header) {
        List<Challenge> challenges = new ArrayList<>();
        Map<String, String> parameters = new HashMap<>();
        @Nullable String scheme = null;
        Matcher matcher = PART.matcher(header);
        while (matcher.find()) {
            String key = matcher.group("key");
            if (key != null) {
                String quoted = matcher.group("quoted");
                String value = quoted == null ? matcher.group("bare") : quoted.replaceAll("\\\\(.)", "$1");
                parameters.put(key.toLowerCase(Locale.ROOT), value);
                continue;
            }
            if (scheme != null) {
                challenges.add(new Challenge(scheme, parameters));
                parameters = new HashMap<>();
            }
            scheme = matcher.group("scheme").toLowerCase(Locale.ROOT);
        }
        if (scheme != null) {
            challenges.add(new Challenge(scheme, parameters));
        }
        return challenges;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isBlank());
    }
}
