package dev.slipway.gke.mojo;

import dev.slipway.gke.secret.PrivateFolder;
import java.nio.file.Path;

/**
 * The private folder of this run, gone when the run ends: also when it ends by Ctrl-C. What a killed run has left, the next one takes
 * away.
 */
final class RunFolder implements AutoCloseable {
    private final PrivateFolder folder =
            PrivateFolder.ofRun(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), "gke-maven-plugin");
    private final Thread hook = new Thread(this::delete, "delete " + folder.path());

    RunFolder() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return folder.path();
    }

    private void delete() {
        // A goal that is interrupted still needs its way to the cluster.
        Interruption.awaitAll();
        folder.close();
    }

    @Override
    public void close() {
        folder.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running already and does the same.
        }
    }
}
