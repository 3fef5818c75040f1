package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Says what went wrong between us and an API server, in the words of the person who has to mend it. The one place of this
 * package where that is said; no sentence of it holds a credential.
 */
final class FailureTranslator {
    /** The words of every Kubernetes since RBAC came: {@code … User "U" cannot get resource "secrets" in API group "" in …}. */
    private static final Pattern TERMINATED =
            Pattern.compile("namespace (?<namespace>[a-z0-9-]+) because it is being terminated");

    private static final Pattern FORBIDDEN =
            Pattern.compile("User \"(?<user>[^\"]*)\" cannot (?<verb>\\w+) (?:resource|path) \"(?<resource>[^\"]*)\""
                    + "(?: in API group \"(?<group>[^\"]*)\")?(?: in the namespace \"(?<namespace>[^\"]*)\")?");

    private final Connection connection;

    FailureTranslator(Connection connection) {
        this.connection = connection;
    }

    /** {@return the failure for an answer that is none} */
    DeployFailure of(String doing, Reply reply) {
        Optional<Reply.Words> words = reply.words();
        String message = words.map(Reply.Words::message).orElse("");
        String told = message.isEmpty() ? "" : ": " + message;
        return switch (reply.status()) {
            case 401 ->
                new DeployFailure(
                        FailureCode.CLUSTER_UNAUTHORIZED,
                        "The API server of " + connection.cluster() + " does not accept the credentials" + told,
                        server(),
                        "They are of another cluster, were revoked, or have ended: sign in again, or make a new key");
            case 403 -> denied(message);
            case 429, 500, 502, 503, 504 ->
                new DeployFailure(
                        FailureCode.CLUSTER_UNREACHABLE,
                        "The API server of " + connection.cluster() + " answers " + reply.status() + " on " + doing
                                + told,
                        server(),
                        "It is overloaded or starting: run the same command again in a minute");
            default ->
                new DeployFailure(
                        FailureCode.INTERNAL,
                        "The API server of " + connection.cluster() + " answers " + reply.status() + " on " + doing
                                + told,
                        server(),
                        "Run the same command again; if it stays so, report it with this line");
        };
    }

    /** {@return the failure for no answer at all; the thread's interrupt flag stays set if that was the reason} */
    DeployFailure of(String doing, IOException cause) {
        if (cause instanceof JsonProcessingException) {
            return new DeployFailure(
                    FailureCode.CLUSTER_UNREACHABLE,
                    "What answers at " + server() + " on " + doing + " is no API server: it does not speak JSON",
                    server(),
                    "Check the address, and whether a proxy or a sign-in page stands before it");
        }
        if (cause instanceof InterruptedIOException
                && !(cause instanceof SocketTimeoutException)
                && Thread.currentThread().isInterrupted()) {
            InterruptedException interrupt = new InterruptedException(cause.getMessage());
            interrupt.initCause(cause);
            return DeployFailure.interrupted(doing, interrupt);
        }
        if (cause instanceof SSLException untrusted) {
            return tls(untrusted);
        }
        return new DeployFailure(
                FailureCode.CLUSTER_UNREACHABLE,
                "The API server of " + connection.cluster() + " cannot be reached: " + words(cause),
                server(),
                "Is the cluster up, and may this machine reach "
                        + connection.server().getHost()
                        + " (VPN, authorised networks, proxy)? Then run the same command again",
                cause);
    }

    /** {@return a few words for why no answer came} */
    static String words(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "no such host";
        }
        if (cause instanceof NoRouteToHostException) {
            return "no route to the host";
        }
        if (cause instanceof SocketTimeoutException || cause instanceof InterruptedIOException) {
            return "no answer in time";
        }
        String message = cause.getMessage();
        if (cause instanceof ConnectException) {
            // The JDK's HttpClient says by the cause that it did not find the host, and often nothing else.
            if (caused(cause, UnresolvedAddressException.class)) {
                return "no such host";
            }
            return message == null || message.contains("refused") || message.startsWith("Failed to connect")
                    ? "connection refused"
                    : Redactor.clean(message);
        }
        return message == null ? cause.getClass().getSimpleName() : Redactor.clean(message);
    }

    private DeployFailure tls(SSLException cause) {
        String problem = "the TLS connection fails: " + words(cause);
        String tryThis = "Check that the address is that of the cluster";
        if (cause instanceof SSLPeerUnverifiedException) {
            problem = "its certificate is for another host than "
                    + connection.server().getHost();
            tryThis = "Use the address that the certificate names; somebody else may be answering here";
        } else if (caused(cause, CertificateExpiredException.class)
                || caused(cause, CertificateNotYetValidException.class)) {
            problem = "its certificate is not valid now";
            tryThis = "Check this machine's clock; else the cluster's certificate has to be renewed";
        } else if (caused(cause, CertPathValidatorException.class)
                || String.valueOf(cause.getMessage()).contains("PKIX path")) {
            problem = "its certificate is not signed by the cluster's authority";
            tryThis =
                    "The kubeconfig is of another cluster or an older one, or somebody else is answering here: get it anew";
        }
        return new DeployFailure(
                FailureCode.CLUSTER_UNREACHABLE,
                "The API server of " + connection.cluster() + " is not trusted: " + problem,
                server(),
                tryThis,
                cause);
    }

    /** {@return what to throw when nothing can be made in a namespace any more; {@code remaining} may be empty} */
    static DeployFailure ending(Connection connection, String namespace, String remaining) {
        return new DeployFailure(
                FailureCode.NAMESPACE_ENDING,
                "Namespace " + namespace + " is being deleted" + (remaining.isEmpty() ? "" : ": " + remaining),
                connection.cluster(),
                "Wait until it is gone, then run the same command again; kubectl get namespace " + namespace
                        + " -o yaml shows what it waits for");
    }

    private DeployFailure denied(String message) {
        Matcher terminated = TERMINATED.matcher(message);
        if (terminated.find()) {
            return ending(connection, terminated.group("namespace"), "");
        }
        Matcher matcher = FORBIDDEN.matcher(message);
        if (!matcher.find()) {
            return new DeployFailure(
                    FailureCode.CLUSTER_DENIED,
                    "The API server of " + connection.cluster() + " forbids it"
                            + (message.isEmpty() ? "" : ": " + message),
                    server(),
                    "Ask an administrator of the cluster which rule it is");
        }
        String group = matcher.group("group");
        String resource = matcher.group("resource") + (group == null || group.isEmpty() ? "" : "." + group);
        String namespace = matcher.group("namespace");
        String where = namespace == null || namespace.isEmpty() ? "in the whole cluster" : "in namespace " + namespace;
        return new DeployFailure(
                FailureCode.CLUSTER_DENIED,
                matcher.group("user") + " may not " + matcher.group("verb") + " " + resource + " " + where,
                connection.cluster() + " at " + server(),
                "Let an administrator grant it: docs/deployer-role.yaml has the whole role",
                null);
    }

    private String server() {
        return connection.server().toString();
    }

    private static boolean caused(Throwable throwable, Class<? extends Throwable> kind) {
        for (Throwable cause = throwable.getCause(); cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
