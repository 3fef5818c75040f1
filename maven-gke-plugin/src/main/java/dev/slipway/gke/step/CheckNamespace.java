package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;

/** Sees that the namespace is there, or may be made, before anything is changed. */
public final class CheckNamespace implements Step<Connection, Site> {
    private final Workloads workloads;
    private final Namespace namespace;
    private final boolean create;

    public CheckNamespace(Workloads workloads, Namespace namespace, boolean create) {
        this.workloads = workloads;
        this.namespace = namespace;
        this.create = create;
    }

    @Override
    public Site run(Connection connection, Progress progress) {
        boolean exists = workloads.exists(connection, namespace);
        if (!exists && !create) {
            throw new DeployFailure(
                    FailureCode.NAMESPACE_MISSING,
                    "There is no namespace " + namespace,
                    connection.cluster(),
                    "Create it, or allow it to be created with -Dgke.createNamespace=true");
        }
        return new Site(connection, namespace, exists);
    }
}
