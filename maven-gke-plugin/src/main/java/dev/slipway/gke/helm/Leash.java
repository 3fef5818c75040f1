package dev.slipway.gke.helm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Lets no Helm binary that changes a release outlive this process, however it ends: a Helm that waits for a hook would write to the
 * release when others are at work on it. Only the kernel notices {@code kill -9}, and what it does then is to close our end of Helm's
 * input. So a shell beside Helm waits for that, and ends Helm by SIGTERM. What Helm leaves half done the next deploy puts right. When
 * Helm has ended, the JVM closes that input by itself, and the shell ends, too; Helm's number is not given to another process so soon.
 */
final class Leash {
    /** What goes before the command: a shell that becomes Helm, so that Helm is our child, and is ended as one. */
    static final List<String> SHELL = List.of("/bin/sh", "-c", """
                    exec 3<&0
                    { read -r nothing <&3 || kill -TERM $$; } >/dev/null 2>&1 &
                    exec "$0" "$@" </dev/null 3<&-""");

    private static final Set<String> CHANGES = Set.of("install", "upgrade", "uninstall", "test");

    private Leash() {}

    /** {@return whether that Helm is to be held; where there is no such shell, as on Windows, none is} */
    static boolean holds(List<String> arguments) {
        return CHANGES.contains(arguments.get(0)) && Files.isExecutable(Path.of(SHELL.get(0)));
    }
}
