package dev.slipway.gke.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which processes of this very machine are alive. A machine is one boot of one kernel and, in it, one space of process ids: two
 * containers of the same host name are two machines.
 */
final class ThisMachine {
    private static final String NAME = name();

    private ThisMachine() {}

    /**
     * A process.
     *
     * @param machine on which machine; empty if that is not known
     * @param pid its number
     * @param started when it was started, because numbers are used again
     */
    record Program(String machine, long pid, String started) {}

    /** {@return a process of this machine, by its number} */
    static Program process(long pid) {
        return new Program(NAME, pid, started(pid).orElse(""));
    }

    /** {@return whether it was a process of this machine and is no more; false if that is not certain} */
    static boolean lost(Program process) {
        return !NAME.isEmpty()
                && NAME.equals(process.machine())
                && !process.started().isEmpty()
                && !started(process.pid()).filter(process.started()::equals).isPresent();
    }

    private static Optional<String> started(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Object::toString);
    }

    private static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | RuntimeException notLinux) {
            return "";
        }
    }
}
