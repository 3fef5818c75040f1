package dev.slipway.gke.kube;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The JDK's own tool for key pairs and their self-signed certificates. */
final class Keytool {
    /** Of every store that it makes. */
    static final char[] PASSWORD = "changeit".toCharArray();

    private Keytool() {}

    /**
     * {@return a store with one pair, under its alias}
     *
     * @param folder where the store's file is made
     * @param algorithm of the key, such as {@code EC}
     * @param more arguments of {@code -genkeypair}
     */
    static KeyStore pair(Path folder, String alias, String algorithm, String... more)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve(alias + "-" + algorithm + "-" + System.nanoTime() + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        Collections.addAll(command, "-alias", alias, "-keyalg", algorithm, "-dname", "CN=test", "-validity", "2");
        Collections.addAll(command, "-storetype", "PKCS12", "-keystore", file.toString());
        Collections.addAll(command, "-storepass", new String(PASSWORD));
        Collections.addAll(command, more);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(output);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }
}
