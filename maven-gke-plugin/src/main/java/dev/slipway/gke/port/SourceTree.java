package dev.slipway.gke.port;

import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.SourceState;
import java.nio.file.Path;

/** The version control of the sources. */
public interface SourceTree {
    /** {@return which source the folder holds; what version control ignores does not count} */
    SourceState state(Path folder);

    /**
     * {@return how the commit that the folder has checked out stands to another one}
     *
     * @param commit the other one, 40 hexadecimal digits
     */
    Lineage lineage(Path folder, String commit);
}
