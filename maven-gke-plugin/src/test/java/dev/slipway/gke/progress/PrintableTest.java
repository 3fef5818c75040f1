package dev.slipway.gke.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text of others")
class PrintableTest {
    @Test
    @DisplayName("loses what a terminal obeys, and nothing else")
    void terminal() {
        assertThat(
                        Printable.text(
                                "\u001B[1;31mERROR\u001B[0m \u001B]0;title\u0007naïve\u0000 \u001B]8;;http://x\u001B\\link \u009B2J"))
                .isEqualTo("ERROR naïve link 2J");
        assertThat(Printable.text("50 %\rdone\n\tat Line.java\r\n")).isEqualTo("50 %\ndone\n\tat Line.java\n");
        assertThat(Printable.text("user\u202Egpj.exe")).isEqualTo("usergpj.exe");
    }

    @Test
    @DisplayName("is one line where a line is asked for")
    void line() {
        assertThat(Printable.line(" a\n  b\r\nc ")).isEqualTo("a b c");
    }

    @Test
    @DisplayName("is not heard by GitHub's runner, neither as a command nor as one of the old kind")
    void unheard() {
        assertThat(Printable.unheard("::error::x\n  ::warning::y\na ::b"))
                .isEqualTo(": :error::x\n  : :warning::y\na ::b");
        assertThat(Printable.unheard("[ERROR] ##[set-env name=PATH]x ###[a]"))
                .isEqualTo("[ERROR] ## [set-env name=PATH]x ### [a]");
    }
}
