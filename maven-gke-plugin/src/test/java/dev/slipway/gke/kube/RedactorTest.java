package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A message")
class RedactorTest {

    @ParameterizedTest(name = "{1}")
    @DisplayName("loses what looks like a credential, and keeps the rest")
    @CsvSource(
            delimiter = '|',
            value = {
                "header Authorization: Bearer abcdefgh.ijkl failed | header Authorization: Bearer **** failed",
                "got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln here | got **** here",
                "token ya29.a0AfH6SMB_x-y is old | token **** is old",
                "-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY----- | ****",
                "pods are forbidden: exceeded quota | pods are forbidden: exceeded quota",
            })
    void clean(String text, String expected) {
        assertThat(Redactor.clean(text)).isEqualTo(expected);
    }
}
