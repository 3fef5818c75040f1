package dev.slipway.gke.mojo;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Proxies;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where the proxy is written, the nearest first: {@code -Dhttps.proxyHost}, the active proxy of Maven's settings,
 * {@code HTTPS_PROXY}.
 */
final class ProxySettings {
    private static final int USUAL = 8080;

    private ProxySettings() {}

    /**
     * {@return the way out}
     *
     * @param settings Maven's
     * @param properties the JVM's
     * @param variables the environment
     * @throws DeployFailure if it is written in a way that makes no sense
     */
    static Proxies of(
            Settings settings, UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> variables) {
        Optional<String> host = Written.first(properties.apply("https.proxyHost"));
        if (host.isPresent()) {
            return proxies(
                    "-Dhttps.proxyHost",
                    "http://" + host.get() + ":"
                            + Written.first(properties.apply("https.proxyPort")).orElse("443"),
                    split(properties.apply("http.nonProxyHosts"), "\\|"));
        }
        Proxy active = settings.getActiveProxy();
        if (active != null) {
            return proxies(
                    "the proxy of Maven's settings",
                    "http://" + (active.getUsername() == null ? "" : "somebody@") + active.getHost() + ":"
                            + (active.getPort() > 0 ? active.getPort() : USUAL),
                    split(active.getNonProxyHosts(), "[|,]"));
        }
        return ofEnvironment(variables);
    }

    /**
     * {@return the way out that the environment names, as kubectl and Helm read it: {@code HTTPS_PROXY} and {@code NO_PROXY}}
     *
     * @param variables the environment
     * @throws DeployFailure if it is written in a way that makes no sense
     */
    static Proxies ofEnvironment(UnaryOperator<@Nullable String> variables) {
        return Written.first(variables.apply("HTTPS_PROXY"), variables.apply("https_proxy"))
                .map(text -> proxies(
                        "HTTPS_PROXY",
                        (text.contains("://") ? text : "http://" + text).replaceAll("/+$", ""),
                        split(
                                Written.first(variables.apply("NO_PROXY"), variables.apply("no_proxy"))
                                        .orElse(""),
                                "[,\\s]")))
                .orElse(Proxies.NONE);
    }

    /** {@return what is written, where it can be used; no proxy otherwise: for what may well be reached without one} */
    static Proxies orNone(Supplier<Proxies> written) {
        try {
            return written.get();
        } catch (DeployFailure e) {
            return Proxies.NONE;
        }
    }

    private static Proxies proxies(String where, String uri, List<String> without) {
        try {
            return new Proxies(Optional.of(URI.create(uri)), without);
        } catch (IllegalArgumentException e) {
            // Without the text itself: it may hold a password.
            throw new DeployFailure(
                    FailureCode.CONFIGURATION_INVALID,
                    "The proxy cannot be used: a proxy is written http://HOST:PORT, and one that wants an account is not supported",
                    where,
                    "Name a proxy without an account, for example http://127.0.0.1:3128, where cntlm or px adds it");
        }
    }

    private static List<String> split(@Nullable String text, String separator) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(separator, -1))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }
}
