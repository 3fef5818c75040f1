package dev.slipway.serving.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Tells ONNX Runtime not to phone home. Its version 1.29 does so unless {@code ORT_DISABLE_TELEMETRY} is set, and crashes the process
 * where it finds no {@code /etc/machine-id}, as in most containers. It reads the variable by {@code getenv}, which a running JVM can
 * still change; so a user need not know of it.
 */
final class Telemetry {
    static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private Telemetry() {}

    /** Sets the variable, unless somebody has set it already. Has to come before the first call of ONNX Runtime. */
    static void off() {
        String said = System.getenv(VARIABLE);
        if (said != null && !said.isBlank()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(VARIABLE);
            MemorySegment value = arena.allocateFrom("1");
            if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
                int ignored = (int) function("_putenv_s", ValueLayout.ADDRESS, ValueLayout.ADDRESS)
                        .invokeExact(name, value);
            } else {
                int ignored = (int) function("setenv", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                        .invokeExact(name, value, 1);
            }
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "ONNX Runtime must not be started with its telemetry on, and it could not be switched"
                            + " off from here: set the environment variable " + VARIABLE + "=1",
                    e);
        }
    }

    // Both functions take what they are given here, so the restriction warns of nothing.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }
}
