import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Locale;

/**
 * Makes a trust store without a password from a folder of {@code .crt} files: {@code java Cacerts.java FOLDER OUT}.
 *
 * <p>The same certificates give the same bytes: sorted by name, neither encrypted nor authenticated with a random salt.
 */
public final class Cacerts {

    private Cacerts() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        System.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE");
        System.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
        var factory = CertificateFactory.getInstance("X.509");
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var files = Files.walk(Path.of(args[0]))) {
            for (var file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".crt")).sorted()::iterator) {
                try (var in = Files.newInputStream(file)) {
                    var alias = file.getFileName().toString().replace(".crt", "").toLowerCase(Locale.ROOT);
                    store.setCertificateEntry(alias, factory.generateCertificate(in));
                }
            }
        }
        try (var out = Files.newOutputStream(Path.of(args[1]))) {
            store.store(out, null);
        }
    }
}
