package dev.slipway.gke.model;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which way out of this machine's network: an HTTP proxy, or none.
 *
 * @param proxy where the proxy listens, {@code http://HOST:PORT}; empty if there is none
 * @param without hosts that are reached without it: {@code example.org} (it, and what is below it), {@code .example.org},
 *     {@code *.example.org}, {@code 10.*}, or {@code *} for all
 */
public record Proxies(Optional<URI> proxy, List<String> without) {
    /** No proxy at all. */
    public static final Proxies NONE = new Proxies(Optional.empty(), List.of());

    private static final List<String> HERE = List.of("localhost", "127.0.0.1", "[::1]", "::1");

    public Proxies {
        without = List.copyOf(without);
        proxy.ifPresent(uri -> {
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
                throw new IllegalArgumentException("a proxy is written http://HOST:PORT");
            }
            if (uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException("a proxy that wants an account cannot be used");
            }
        });
    }

    /** {@return the proxy on the way to a host; this machine itself is never behind one} */
    public Optional<URI> to(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return proxy.filter(uri -> !HERE.contains(name))
                .filter(uri -> without.stream().noneMatch(pattern -> matches(pattern.toLowerCase(Locale.ROOT), name)));
    }

    private static boolean matches(String pattern, String host) {
        if (pattern.equals("*")) {
            return true;
        }
        if (pattern.startsWith("*")) {
            return host.endsWith(pattern.substring(1));
        }
        if (pattern.endsWith("*")) {
            return host.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        String bare = pattern.startsWith(".") ? pattern.substring(1) : pattern;
        return !bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare));
    }
}
