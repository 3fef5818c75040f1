package dev.slipway.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ONNX Runtime's telemetry")
class TelemetryTest {
    @Test
    @DisplayName("is off for native code when nobody has set the variable")
    void unset() throws Exception {
        assertThat(seenByNativeCode(null)).isEqualTo("1");
        assertThat(seenByNativeCode("")).isEqualTo("1");
    }

    @Test
    @DisplayName("is what the user says when he has")
    void set() throws Exception {
        assertThat(seenByNativeCode("0")).isEqualTo("0");
    }

    private static String seenByNativeCode(@org.jspecify.annotations.Nullable String value)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Probe.class.getName());
        Map<String, String> environment = builder.environment();
        environment.remove(Telemetry.VARIABLE);
        if (value != null) {
            environment.put(Telemetry.VARIABLE, value);
        }
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    /** Asks the C library, as ONNX Runtime does. */
    static final class Probe {
        private Probe() {}

        @SuppressWarnings("restricted")
        public static void main(String[] arguments) throws Throwable {
            Telemetry.off();
            Linker linker = Linker.nativeLinker();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment found = (MemorySegment) linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("getenv"),
                                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                        .invokeExact(arena.allocateFrom(Telemetry.VARIABLE));
                System.out.println(found.reinterpret(64).getString(0));
            }
        }
    }
}
