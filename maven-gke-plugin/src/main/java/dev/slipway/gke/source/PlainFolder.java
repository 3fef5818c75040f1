package dev.slipway.gke.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;

/** The files of a folder that no version control knows of, without what builds leave there. */
final class PlainFolder {
    private static final Set<String> NOT_SOURCE = Set.of(".git", "target");

    private PlainFolder() {}

    static ChangeHash hash(Path folder) throws IOException {
        ChangeHash hash = new ChangeHash();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean source =
                        directory.equals(folder) || !NOT_SOURCE.contains(String.valueOf(directory.getFileName()));
                return source ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (attributes.isSymbolicLink()) {
                    hash.add(path, "link " + Files.readSymbolicLink(file));
                } else if (attributes.isRegularFile()) {
                    hash.add(path, (Files.isExecutable(file) ? "program " : "file ") + content(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return hash;
    }

    static String content(Path file) throws IOException {
        MessageDigest digest = ChangeHash.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
