package dev.slipway.gke.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.GoogleAccess;
import dev.slipway.gke.port.TokenSource;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Asks Google's Resource Manager, which tells everybody which permissions he has himself, if the project has that API switched on. */
public final class IamPermissions implements GoogleAccess {
    private static final int LIMIT_MILLIS =
            Math.toIntExact(Duration.ofSeconds(10).toMillis());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GoogleEndpoints endpoints;
    private final GoogleTransport transport;

    /**
     * @param googleEndpoint what stands in for Google, for tests ({@code gke.googleEndpoint})
     * @param proxies the way out
     */
    public IamPermissions(Optional<URI> googleEndpoint, Proxies proxies) {
        this.endpoints = new GoogleEndpoints(googleEndpoint);
        this.transport = new GoogleTransport(endpoints, proxies);
    }

    @Override
    public Optional<Set<String>> held(String project, Set<String> permissions, TokenSource tokens) {
        ObjectNode body = JSON.createObjectNode();
        permissions.forEach(body.putArray("permissions")::add);
        try {
            HttpRequest request = transport
                    .create()
                    .createRequestFactory()
                    .buildPostRequest(
                            new GenericUrl(endpoints.api("cloudresourcemanager") + "/v1/projects/" + project
                                    + ":testIamPermissions"),
                            ByteArrayContent.fromString("application/json", body.toString()));
            request.getHeaders().setAuthorization("Bearer " + tokens.token().reveal());
            HttpResponse answer = limited(request).execute();
            try {
                if (!answer.isSuccessStatusCode()) {
                    return Optional.empty();
                }
                Set<String> held = new TreeSet<>();
                for (JsonNode permission : JSON.readTree(answer.getContent()).path("permissions")) {
                    held.add(permission.asText());
                }
                return Optional.of(held);
            } finally {
                answer.disconnect();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Instant> time() {
        try {
            HttpResponse answer = limited(transport
                            .create()
                            .createRequestFactory()
                            .buildGetRequest(
                                    new GenericUrl(endpoints.api("oauth2").toString() + "/token")))
                    .execute();
            try {
                return Optional.of(ZonedDateTime.parse(
                                String.valueOf(answer.getHeaders().getDate()), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
            } finally {
                answer.disconnect();
            }
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static HttpRequest limited(HttpRequest request) {
        return request.setThrowExceptionOnExecuteError(false)
                .setConnectTimeout(LIMIT_MILLIS)
                .setReadTimeout(LIMIT_MILLIS)
                .setNumberOfRetries(1);
    }
}
