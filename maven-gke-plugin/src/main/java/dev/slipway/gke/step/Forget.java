package dev.slipway.gke.step;

import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.progress.Progress;

/** Forgets what was noted of a release that is gone, and its lock, unless somebody has begun to deploy it anew. */
public final class Forget implements Step<Uninstall.Gone, Uninstall.Gone> {
    private final ReleaseLock lock;
    private final Namespace namespace;
    private final ReleaseName release;

    public Forget(ReleaseLock lock, Namespace namespace, ReleaseName release) {
        this.lock = lock;
        this.namespace = namespace;
        this.release = release;
    }

    @Override
    public Uninstall.Gone run(Uninstall.Gone gone, Progress progress) {
        lock.forget(gone.connection(), namespace, release);
        return gone;
    }
}
