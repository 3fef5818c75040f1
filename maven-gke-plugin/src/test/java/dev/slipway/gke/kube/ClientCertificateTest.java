package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A client certificate")
class ClientCertificateTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    @DisplayName("is shown with its own key, whatever its algorithm, if the key is PKCS #8")
    void pkcs8(String algorithm) throws Exception {
        KeyStore made = Keytool.pair(folder, "client", algorithm);
        PrivateKey key = (PrivateKey) made.getKey("client", Keytool.PASSWORD);

        X509KeyManager manager = only(ClientCertificate.keys(
                pem("CERTIFICATE", made.getCertificate("client").getEncoded()), pem("PRIVATE KEY", key.getEncoded())));

        String alias = manager.getClientAliases(
                        made.getCertificate("client").getPublicKey().getAlgorithm(), null)[0];
        assertThat(manager.getPrivateKey(alias)).isEqualTo(key);
        assertThat(manager.getCertificateChain(alias)).isEqualTo(new Certificate[] {made.getCertificate("client")});
    }

    @Test
    @DisplayName("is shown with a key in the older form of RSA, too")
    void pkcs1() throws Exception {
        KeyStore made = Keytool.pair(folder, "client", "RSA");
        byte[] pkcs8 = made.getKey("client", Keytool.PASSWORD).getEncoded();
        // PKCS #8 of RSA is 26 bytes before what PKCS #1 is, for keys of the usual length (RFC 5208, RFC 8017).
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

        X509KeyManager manager = only(ClientCertificate.keys(
                pem("CERTIFICATE", made.getCertificate("client").getEncoded()), pem("RSA PRIVATE KEY", pkcs1)));

        String alias = manager.getClientAliases("RSA", null)[0];
        assertThat(manager.getPrivateKey(alias).getEncoded()).isEqualTo(pkcs8);
    }

    @Test
    @DisplayName("is refused with a key that is none")
    void noKey() throws Exception {
        String certificate = pem(
                "CERTIFICATE",
                Keytool.pair(folder, "client", "EC").getCertificate("client").getEncoded());

        assertThatThrownBy(() -> ClientCertificate.keys(certificate, pem("PRIVATE KEY", new byte[] {1, 2, 3})))
                .isInstanceOf(GeneralSecurityException.class);
    }

    private static X509KeyManager only(List<KeyManager> managers) {
        assertThat(managers).hasSize(1);
        return (X509KeyManager) managers.get(0);
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }
}
