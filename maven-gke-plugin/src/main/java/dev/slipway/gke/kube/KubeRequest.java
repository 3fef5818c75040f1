package dev.slipway.gke.kube;

import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * A request to an API server, not sent yet.
 *
 * @param method the HTTP method
 * @param url where to
 * @param body what is sent along, if anything is
 * @param contentType of the body
 * @param accept which types of an answer are understood
 * @param limit how much of the answer is read, in bytes
 */
record KubeRequest(String method, HttpUrl url, Optional<String> body, String contentType, String accept, int limit) {
    private static final String JSON = "application/json";

    /** {@return a question for JSON} */
    static KubeRequest get(HttpUrl url) {
        return new KubeRequest("GET", url, Optional.empty(), JSON, JSON, Integer.MAX_VALUE);
    }

    /** {@return JSON sent, and JSON asked for} */
    static KubeRequest of(String method, HttpUrl url, String json) {
        return new KubeRequest(method, url, Optional.of(json), JSON, JSON, Integer.MAX_VALUE);
    }

    /** {@return the same with a body of another type} */
    KubeRequest typed(String type) {
        return new KubeRequest(method, url, body, type, accept, limit);
    }

    /** {@return the same for an answer of another type} */
    KubeRequest accepting(String types) {
        return new KubeRequest(method, url, body, contentType, types, limit);
    }

    /** {@return the same, of whose answer no more is read than that many bytes} */
    KubeRequest atMost(int bytes) {
        return new KubeRequest(method, url, body, contentType, accept, bytes);
    }
}
