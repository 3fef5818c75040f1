package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rehearsal of the first request")
class FirstRequestTest {
    @Test
    @DisplayName("ends quietly, although nobody is there")
    void failsAtNothing() {
        assertThatCode(FirstRequest::rehearse).doesNotThrowAnyException();
    }
}
