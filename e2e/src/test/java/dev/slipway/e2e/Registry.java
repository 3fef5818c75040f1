package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.SortedMap;
import java.util.TreeMap;

/** The registry of the local cluster, read over its HTTP interface. */
final class Registry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFESTS =
            "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "
                    + "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    /** @param address such as {@code http://localhost:5000} */
    Registry(String address) {
        this.address = address;
    }

    /** {@return every {@code repository:tag} with its digest: equal before and after means that nothing was pushed} */
    SortedMap<String, String> images() {
        SortedMap<String, String> images = new TreeMap<>();
        for (JsonNode repository : json("/v2/_catalog?n=1000").path("repositories")) {
            for (JsonNode tag :
                    json("/v2/" + repository.asText() + "/tags/list").path("tags")) {
                images.put(repository.asText() + ":" + tag.asText(), digest(repository.asText(), tag.asText()));
            }
        }
        return images;
    }

    /** {@return the digest that a tag stands for, or {@code none}} */
    String digest(String repository, String tag) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v2/" + repository + "/manifests/" + tag))
                .header("Accept", MANIFESTS)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        return send(request).headers().firstValue("Docker-Content-Digest").orElse("none");
    }

    private JsonNode json(String path) {
        try {
            return JSON.readTree(
                    send(HttpRequest.newBuilder(URI.create(address + path)).build())
                            .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the registry", e);
        }
    }
}
