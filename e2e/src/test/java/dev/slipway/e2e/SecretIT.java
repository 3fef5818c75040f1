package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Reads, after all deploys, every file that was written while they ran. */
@EndToEnd
@Order(10)
@DisplayName("The key of the service account")
class SecretIT {
    /** No log is larger; layers of images are, and hold what was in the checkout. */
    private static final long LARGEST = 64 << 20;

    private final Workshop workshop;

    SecretIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("is found where it is looked for: a file that holds it does not stay hidden, packed or not")
    void wouldBeFound() throws IOException {
        Google google = workshop.google();
        Path file = Files.createTempFile("slipway-e2e-leak-", ".log");
        try {
            Files.writeString(file, "a line\n" + google.key());

            assertThat(leaksUnder(file, google)).containsExactly(file);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @Order(2)
    @DisplayName("and every token that was issued for it are in no log, no report and no file")
    void nowhere() throws IOException {
        Google google = workshop.google();
        assertThat(google.requests("/token")).as("sign-ins so far").isPositive();
        Path home = Path.of(System.getProperty("user.home"));
        List<Path> leaks = new ArrayList<>();
        for (Path place : List.of(
                workshop.source(),
                Path.of(System.getProperty("java.io.tmpdir")),
                home.resolve(".m2"),
                home.resolve(".config"),
                home.resolve(".kube"),
                home.resolve(".docker"),
                home.resolve(".cache/helm"),
                home.resolve(".cache/slipway/local-cluster/log"),
                home.resolve(".cache/google-cloud-tools-java"))) {
            leaks.addAll(leaksUnder(place, google));
        }
        assertThat(leaks).isEmpty();
    }

    @Test
    @Order(3)
    @DisplayName("nor on the command line of any process")
    void onNoCommandLine() {
        CommandLines lines = workshop.commandLines();

        assertThat(lines.seen()).as("deploys that were watched").anyMatch(line -> line.contains("-Pdev"));
        assertThat(lines.leaks()).isEmpty();
    }

    private List<Path> leaksUnder(Path place, Google google) throws IOException {
        List<Path> leaks = new ArrayList<>();
        if (!Files.exists(place)) {
            return leaks;
        }
        Instant began = workshop.began();
        Files.walkFileTree(place, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                boolean written = attributes.lastModifiedTime().toInstant().isAfter(began);
                if (attributes.isRegularFile() && written && attributes.size() < LARGEST && holds(file, google)) {
                    leaks.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // Gone while we looked: other programs write to the temporary folder, too.
                return FileVisitResult.CONTINUE;
            }
        });
        return leaks;
    }

    private static boolean holds(Path file, Google google) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
        if (google.secretLeaksInto(text(bytes))) {
            return true;
        }
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".gz") || name.endsWith(".tgz")) {
            try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                return google.secretLeaksInto(text(stream.readAllBytes()));
            }
        }
        return name.endsWith(".jar") && holdsPacked(bytes, google);
    }

    private static boolean holdsPacked(byte[] bytes, Google google) throws IOException {
        try (ZipInputStream jar = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            while (jar.getNextEntry() != null) {
                if (google.secretLeaksInto(text(jar.readAllBytes()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String text(byte[] bytes) {
        // A byte is a letter, so that nothing is lost in files that are not text.
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
