package dev.slipway.gke.source;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.port.SourceTree;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.NoWorkTreeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Sources under Git. What counts is what a build would read: the content of the working tree, against that of the commit. What is
 * staged has no say, nor have times, nor flags such as {@code assume-unchanged}; what Git ignores does not count, nor do submodules.
 *
 * <p>A folder somewhere in a repository stands for the whole of it. A folder in none stands for itself, without {@code target}.
 */
public final class GitSourceTree implements SourceTree {

    public GitSourceTree() {
        QuietGit.install();
    }

    @Override
    public SourceState state(Path folder) {
        Path place = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(place)) {
            throw new DeployFailure(
                    FailureCode.SOURCE_UNREADABLE,
                    "There is no such folder",
                    place.toString(),
                    "Run Maven in the folder of the sources");
        }
        try {
            // Not from GIT_DIR and its like: a build inside a hook would look at another repository.
            FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(place.toFile());
            File found = builder.getGitDir();
            if (found == null) {
                return new SourceState(
                        Optional.empty(), Optional.of(PlainFolder.hash(place).digits()));
            }
            try (Repository repository = builder.setMustExist(true).build()) {
                return state(repository);
            }
        } catch (IOException | NoWorkTreeException | JGitInternalException | IllegalArgumentException e) {
            throw new DeployFailure(
                    FailureCode.SOURCE_UNREADABLE,
                    "The sources cannot be read: " + e.getMessage(),
                    place.toString(),
                    "See what git status says there, and whether this user may read every file",
                    e);
        }
    }

    @Override
    public Lineage lineage(Path folder, String commit) {
        Path place = folder.toAbsolutePath().normalize();
        FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(place.toFile());
        if (builder.getGitDir() == null || !ObjectId.isId(commit)) {
            return Lineage.UNKNOWN;
        }
        try (Repository repository = builder.setMustExist(true).build();
                RevWalk walk = new RevWalk(repository)) {
            ObjectId head = repository.resolve(Constants.HEAD);
            if (head == null) {
                return Lineage.UNKNOWN;
            }
            RevCommit ours = walk.parseCommit(head);
            RevCommit other = walk.parseCommit(ObjectId.fromString(commit));
            if (ours.equals(other)) {
                return Lineage.SAME;
            }
            if (walk.isMergedInto(other, ours)) {
                return Lineage.AFTER;
            }
            if (walk.isMergedInto(ours, other)) {
                return Lineage.BEFORE;
            }
            // In a clone without its past, two that have nothing in common may well have.
            return repository.getObjectDatabase().getShallowCommits().isEmpty() ? Lineage.APART : Lineage.UNKNOWN;
        } catch (IOException | JGitInternalException | IllegalArgumentException e) {
            return Lineage.UNKNOWN;
        }
    }

    private static SourceState state(Repository repository) throws IOException {
        ObjectId head = repository.resolve(Constants.HEAD);
        ChangeHash changes = WorkingTree.changes(repository, head);
        return new SourceState(
                Optional.ofNullable(head).map(ObjectId::name),
                committedAt(repository, head),
                changes.isEmpty() ? Optional.empty() : Optional.of(changes.digits()));
    }

    private static Optional<Instant> committedAt(Repository repository, @Nullable ObjectId head) throws IOException {
        if (head == null) {
            return Optional.empty();
        }
        try (RevWalk walk = new RevWalk(repository)) {
            return Optional.of(Instant.ofEpochSecond(walk.parseCommit(head).getCommitTime()));
        }
    }
}
