package dev.slipway.gke.port;

import java.nio.file.Path;
import java.util.List;

/** What a build has made. */
public interface BuildFiles {
    /**
     * {@return a hash over the names and the content of files, and of all files of folders; one that is not there counts as such}
     */
    String fingerprint(List<Path> places);
}
