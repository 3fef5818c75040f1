package dev.slipway.gke.source;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.port.BuildFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files on this machine. */
public final class BuildOutputs implements BuildFiles {
    @Override
    public String fingerprint(List<Path> places) {
        ChangeHash all = new ChangeHash();
        for (Path place : places) {
            try {
                all.add(place.toString(), state(place));
            } catch (IOException e) {
                throw new DeployFailure(
                        FailureCode.SOURCE_UNREADABLE,
                        "What goes into the image cannot be read: " + e.getMessage(),
                        place.toString(),
                        "See whether this user may read it",
                        e);
            }
        }
        return all.digits();
    }

    private static String state(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            return "folder " + PlainFolder.hash(place).digits();
        }
        return Files.exists(place) ? "file " + PlainFolder.content(place) : "nothing";
    }
}
