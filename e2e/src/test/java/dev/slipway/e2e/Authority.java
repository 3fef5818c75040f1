package dev.slipway.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority that signs for whatever name it is told, in the place of the public ones. Only who is given its certificate
 * believes it.
 *
 * @param folder where it keeps its files
 */
record Authority(Path folder) {
    private static final String PASSWORD = "changeit";

    /** Makes a new one. */
    static Authority create(Path folder) {
        try {
            Checkout.deleteTree(folder);
            Files.createDirectories(folder);
            Authority authority = new Authority(folder);
            authority.keytool(
                    "-genkeypair",
                    "-alias",
                    "root",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=A public authority",
                    "-ext",
                    "bc:c",
                    "-keystore",
                    "root.p12");
            Files.writeString(
                    authority.certificate(),
                    authority.keytool("-exportcert", "-rfc", "-alias", "root", "-keystore", "root.p12"));
            authority.keytool(
                    "-importcert", "-noprompt", "-alias", "root", "-file", "root.pem", "-keystore", "trusted.p12");
            return authority;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the certificate of the authority, as PEM: what Go and OpenSSL are given} */
    Path certificate() {
        return folder.resolve("root.pem");
    }

    /** {@return what Java is given to believe in it} */
    String javaOptions() {
        return "-Djavax.net.ssl.trustStore=" + folder.resolve("trusted.p12") + " -Djavax.net.ssl.trustStorePassword="
                + PASSWORD;
    }

    /** {@return a server's side of TLS, with a certificate for these names} */
    SSLContext serverOf(String... names) {
        String file = names[0] + ".p12";
        String alternatives = Arrays.stream(names).map(name -> "dns:" + name).collect(Collectors.joining(","));
        try {
            keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + names[0], "-keystore", file);
            Files.writeString(
                    folder.resolve("request.pem"), keytool("-certreq", "-alias", "server", "-keystore", file));
            String signed = keytool(
                    "-gencert",
                    "-rfc",
                    "-alias",
                    "root",
                    "-infile",
                    "request.pem",
                    "-ext",
                    "san=" + alternatives,
                    "-keystore",
                    "root.p12");
            Files.writeString(folder.resolve("chain.pem"), signed + Files.readString(certificate()));
            keytool("-importcert", "-noprompt", "-alias", "server", "-file", "chain.pem", "-keystore", file);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(folder.resolve(file))) {
                keys.load(in, PASSWORD.toCharArray());
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS for " + names[0], e);
        }
    }

    private String keytool(String... arguments) {
        String text = Program.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                        .toString())
                .and(arguments)
                .and("-storetype", "PKCS12", "-storepass", PASSWORD)
                .in(folder)
                .text();
        // Remarks come before what was asked for.
        int pem = text.indexOf("-----BEGIN");
        return pem < 0 ? text : text.substring(pem);
    }
}
