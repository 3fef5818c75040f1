package dev.slipway.gke.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A secret that the run knows")
class KnownSecretsTest {
    private final KnownSecrets secrets = new KnownSecrets();

    @Test
    @DisplayName("is hidden as it is, in Base64, and each long line of it by itself")
    void forms() {
        String line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
        secrets.learn("-----BEGIN PRIVATE KEY-----\n" + line + "\n-----END PRIVATE KEY-----\n");
        secrets.learn("correct-horse");

        assertThat(secrets.hide("x " + line + " y")).isEqualTo("x **** y");
        assertThat(secrets.hide("password: correct-horse!")).isEqualTo("password: ****!");
        String base64 = Base64.getEncoder().encodeToString("correct-horse".getBytes(StandardCharsets.UTF_8));
        assertThat(secrets.hide("password: " + base64)).isEqualTo("password: ****");
    }

    @Test
    @DisplayName("within another does not spoil it, and short words stay")
    void order() {
        secrets.learn("battery");
        secrets.learn("battery-staple");
        secrets.learn("true");

        assertThat(secrets.hide("battery-staple is true")).isEqualTo("**** is true");
    }

    @Test
    @DisplayName("is learnt from the environment by the variable's name; the path of a file is none")
    void environment() {
        secrets.learnEnvironment(Map.of(
                "DOCKER_HUB_ACCESS_TOKEN", "dckr_pat_123",
                "GKE_SA_KEY", "{\"private_key\": \"abc\"}",
                "GOOGLE_APPLICATION_CREDENTIALS", "/home/ada/key.json",
                "GKE_CLUSTER_NAME", "cluster-one"));

        assertThat(secrets.hide("dckr_pat_123 {\"private_key\": \"abc\"} /home/ada/key.json cluster-one"))
                .isEqualTo("**** **** /home/ada/key.json cluster-one");
    }

    @Test
    @DisplayName("is hidden out of a document, if it is secret by its name or by its looks; words of it stay")
    void documents() {
        secrets.learnDocument(
                "{\"user\": \"robot-one\", \"pin\": \"k4n4r13-7\", \"password\": \"horsehorse\", \"port\": 5432}");
        secrets.learnDocument("database.url=production\ndatabase.password=batterystaple\nclient-secret: 'saltysalt'\n");

        assertThat(secrets.hide("robot-one k4n4r13-7 horsehorse 5432 production batterystaple saltysalt"))
                .isEqualTo("robot-one **** **** 5432 production **** ****");
    }

    @Test
    @DisplayName("and what looks like a credential go through the same door")
    void patterns() {
        assertThat(secrets.hide("Authorization: Bearer ya29.abcdefgh")).doesNotContain("ya29");
    }
}
