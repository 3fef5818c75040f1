package dev.slipway.gke.secret;

import java.nio.file.Path;

/** A run that has a folder and a secret in it, says where, and never ends by itself. */
final class RunThatHangs {
    private RunThatHangs() {}

    public static void main(String[] arguments) throws InterruptedException {
        PrivateFolder folder = PrivateFolder.ofRun(Path.of(arguments[0]), arguments[1]);
        folder.folder("deeper");
        folder.file("kubeconfig", "token: canary");
        System.out.println(folder.path());
        Thread.sleep(Long.MAX_VALUE);
    }
}
