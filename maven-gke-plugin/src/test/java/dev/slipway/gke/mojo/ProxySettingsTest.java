package dev.slipway.gke.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Proxies;
import java.net.URI;
import java.util.Map;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The way out of this machine's network")
class ProxySettingsTest {
    private static final String GOOGLE = "container.googleapis.com";

    @Test
    @DisplayName("has no proxy if none is written")
    void none() {
        assertThat(proxies(new Settings(), Map.of(), Map.of())).isEqualTo(Proxies.NONE);
    }

    @Test
    @DisplayName("is by -Dhttps.proxyHost, before Maven's settings, before HTTPS_PROXY")
    void order() {
        Map<String, String> variables = Map.of("HTTPS_PROXY", "http://by-variable:3128", "NO_PROXY", "acme.example");
        Map<String, String> properties = Map.of("https.proxyHost", "by-property", "https.proxyPort", "3130");
        Settings settings = settings(null);

        assertThat(proxies(settings, properties, variables).to(GOOGLE)).hasValue(URI.create("http://by-property:3130"));
        assertThat(proxies(settings, Map.of(), variables).to(GOOGLE)).hasValue(URI.create("http://by-settings:3129"));
        assertThat(proxies(new Settings(), Map.of(), variables).to(GOOGLE))
                .hasValue(URI.create("http://by-variable:3128"));
    }

    @ParameterizedTest
    @CsvSource({
        "acme.example, true",
        "api.acme.example, true",
        "notacme.example, false",
        "10.1.2.3, true",
        "11.1.2.3, false",
        "one.internal, true",
        "127.0.0.1, true",
        "localhost, true"
    })
    @DisplayName("leaves out the hosts that are reached without it, and this machine")
    void without(String host, boolean direct) {
        Proxies proxies = proxies(
                new Settings(),
                Map.of(),
                Map.of("https_proxy", "proxy:3128/", "no_proxy", "acme.example, *.internal,10.*"));

        assertThat(proxies.to(host).isEmpty()).isEqualTo(direct);
    }

    @Test
    @DisplayName("is refused if the proxy wants an account, which is not repeated")
    void account() {
        DeployFailure byVariable = catchThrowableOfType(
                DeployFailure.class,
                () -> proxies(new Settings(), Map.of(), Map.of("HTTPS_PROXY", "http://ada:secret@proxy:3128")));
        DeployFailure bySettings =
                catchThrowableOfType(DeployFailure.class, () -> proxies(settings("ada"), Map.of(), Map.of()));

        assertThat(byVariable.code()).isEqualTo(FailureCode.CONFIGURATION_INVALID);
        assertThat(byVariable.where()).isEqualTo("HTTPS_PROXY");
        assertThat(byVariable.what() + byVariable.tryThis() + byVariable).doesNotContain("secret");
        assertThat(bySettings.where()).isEqualTo("the proxy of Maven's settings");
    }

    @Test
    @DisplayName("is none, where it need not be used, if what is written cannot be used")
    void orNone() {
        assertThat(ProxySettings.orNone(
                        () -> proxies(new Settings(), Map.of(), Map.of("HTTPS_PROXY", "http://ada:secret@proxy:3128"))))
                .isEqualTo(Proxies.NONE);
        assertThat(ProxySettings.orNone(() -> ProxySettings.ofEnvironment(Map.of("https_proxy", "proxy:3128")::get))
                        .to(GOOGLE))
                .hasValue(URI.create("http://proxy:3128"));
    }

    private static Settings settings(@Nullable String user) {
        Proxy proxy = new Proxy();
        proxy.setActive(true);
        proxy.setHost("by-settings");
        proxy.setPort(3129);
        proxy.setUsername(user);
        Settings settings = new Settings();
        settings.addProxy(proxy);
        return settings;
    }

    private static Proxies proxies(Settings settings, Map<String, String> properties, Map<String, String> variables) {
        return ProxySettings.of(settings, properties::get, variables::get);
    }
}
