package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.Services;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Finds a release's Service and asks it: at its own address if it has one from outside, else through the API server
 * ({@code services/proxy}), which needs the right to it. A LoadBalancer's address is taken from the cluster's word; whether this
 * machine can reach it shows when it is asked.
 */
public final class ClusterServices implements Services {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int LONGEST = 64 << 10;

    private final KubeClients clients;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    public ClusterServices(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public Optional<ServiceAddress> address(Connection connection, Namespace namespace, Manifest manifest) {
        List<KubeObject> services = manifest.ofKind("Service");
        Optional<KubeObject> chosen = services.stream()
                .filter(service -> type(JSON.valueToTree(service.body())).equals("LoadBalancer"))
                .findFirst()
                .or(() -> services.stream().findFirst());
        return chosen.flatMap(service -> {
            Namespace home = service.namespace().map(Namespace::new).orElse(namespace);
            return clients.of(connection)
                    .find("/api/v1/namespaces/" + home + "/services/" + service.name())
                    .map(live -> address(home, live));
        });
    }

    @Override
    public Answer ask(Connection connection, ServiceAddress address, Question question) {
        return address.external()
                .map(external -> askDirectly(external, question))
                .orElseGet(() -> askThrough(connection, address, question));
    }

    static ServiceAddress address(Namespace namespace, JsonNode live) {
        String name = live.path("metadata").path("name").asText();
        int port = port(live);
        JsonNode first =
                live.path("status").path("loadBalancer").path("ingress").path(0);
        String host = first.path("ip").asText(first.path("hostname").asText());
        boolean balanced = type(live).equals("LoadBalancer");
        Optional<URI> external = balanced && !host.isEmpty() ? Optional.of(external(host, port)) : Optional.empty();
        return new ServiceAddress(name, namespace, port, external, balanced && external.isEmpty());
    }

    private static URI external(String host, int port) {
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(
                switch (port) {
                    case 80 -> "http://" + bracketed;
                    case 443 -> "https://" + bracketed;
                    default -> "http://" + bracketed + ":" + port;
                });
    }

    /** {@return the port for requests of people: the one named http, else the first} */
    private static int port(JsonNode live) {
        JsonNode ports = live.path("spec").path("ports");
        for (JsonNode port : ports) {
            if (port.path("name").asText().equals("http")) {
                return port.path("port").asInt();
            }
        }
        return ports.path(0).path("port").asInt();
    }

    private static String type(JsonNode service) {
        return service.path("spec").path("type").asText();
    }

    private Answer askDirectly(URI external, Question question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        HttpUrl.get(external + question.path()).uri())
                .timeout(ANSWER);
        question.body()
                .ifPresent(body -> request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return new Answer(response.statusCode(), new String(body.readNBytes(LONGEST), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.ANSWER_MISSING,
                    "The service does not answer: " + FailureTranslator.words(e),
                    external + question.path(),
                    "Ask it by hand from this machine; a firewall or a LoadBalancer that is not ready may be between",
                    e);
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("asking " + external, e);
        }
    }

    private Answer askThrough(Connection connection, ServiceAddress address, Question question) {
        KubeApi api = clients.of(connection);
        String path = "/api/v1/namespaces/" + address.namespace() + "/services/" + address.service() + ":"
                + address.port() + "/proxy" + question.path();
        Reply reply;
        try {
            reply = api.once(path, question.body().orElse(null), LONGEST);
        } catch (IOException e) {
            if (!Attempts.passing(e)) {
                throw api.failures().of("asking " + address.service(), e);
            }
            throw new DeployFailure(
                    FailureCode.ANSWER_MISSING,
                    "The service does not answer through the API server: " + FailureTranslator.words(e),
                    connection.server() + path,
                    "Read the log of its pods",
                    e);
        }
        Optional<Reply.Words> words = reply.words();
        if (words.isPresent() && (reply.status() == 401 || reply.status() == 403)) {
            throw api.failures().of("asking " + address.service(), reply);
        }
        // The rest is about the service: no pod that is ready, a connection that it refused.
        return new Answer(reply.status(), words.map(Reply.Words::message).orElseGet(reply::text));
    }
}
