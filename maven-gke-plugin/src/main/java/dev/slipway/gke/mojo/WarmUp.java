package dev.slipway.gke.mojo;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.maven.execution.MavenSession;

/**
 * Gets the classes of a deploy ready beside the rest of the build, while the image is named and pushed. The first goal of a deploy begins it,
 * and none that runs where no environment is named. Whatever comes of it, the build does not wait for it, and does not hear of it.
 */
final class WarmUp {
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private WarmUp() {}

    /** Begins, if the build was asked to deploy, and if nobody has begun before. */
    static void ahead(MavenSession session) {
        if (deploys(session) && BEGUN.compareAndSet(false, true)) {
            Thread thread = new Thread(WarmUp::run, "gke warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static boolean deploys(MavenSession session) {
        return session.getGoals().stream().anyMatch(goal -> goal.equals("deploy") || goal.endsWith(":deploy"));
    }

    private static void run() {
        try {
            Assembly.rehearse();
        } catch (RuntimeException | LinkageError e) {
            // Whatever it is, the goal that needs it meets it again, and says so.
        }
    }
}
