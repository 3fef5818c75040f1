package dev.slipway.gke.kube;

import io.kubernetes.client.util.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A client certificate and its key, in PEM form. A key in PKCS #8 is read by the JDK: client-java brings Bouncy Castle to
 * every key, whose 900 classes take half a second of a build. The older forms are left to it.
 */
final class ClientCertificate {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private ClientCertificate() {}

    /**
     * {@return what answers when a server asks for a certificate}
     *
     * @throws GeneralSecurityException if one of them is not what it should be
     */
    static List<KeyManager> keys(String certificate, String key) throws IOException, GeneralSecurityException {
        Matcher pkcs8 = PKCS8.matcher(key);
        if (pkcs8.find()) {
            return keys(certificate, Base64.getMimeDecoder().decode(pkcs8.group(1)));
        }
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return List.of(SSLUtils.keyManagers(
                certificate.getBytes(StandardCharsets.UTF_8),
                bytes,
                SSLUtils.recognizePrivateKeyAlgo(bytes),
                "",
                null,
                null));
    }

    private static List<KeyManager> keys(String certificate, byte[] key) throws IOException, GeneralSecurityException {
        Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(certificate.getBytes(StandardCharsets.UTF_8)))
                .toArray(Certificate[]::new);
        char[] none = {};
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("client", privateKey(key), none, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return List.of(factory.getKeyManagers());
    }

    private static PrivateKey privateKey(byte[] key) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
            } catch (InvalidKeySpecException e) {
                // Of another kind, then.
            }
        }
        throw new InvalidKeySpecException("not a key of " + ALGORITHMS);
    }
}
