package dev.slipway.gke.failure;

/**
 * Every way in which a goal of this plugin can fail. Each has a heading of its own in {@code docs/failures.md}; a code, once
 * released, keeps its meaning.
 */
public enum FailureCode {
    CONFIGURATION_INVALID("GKE-101"),
    SOURCE_UNREADABLE("GKE-102"),

    CREDENTIALS_MISSING("GKE-201"),
    CREDENTIALS_UNREADABLE("GKE-202"),
    CREDENTIALS_REJECTED("GKE-203"),
    TOKEN_ENDPOINT_FORBIDDEN("GKE-204"),
    GOOGLE_UNREACHABLE("GKE-205"),
    CLUSTER_NOT_FOUND("GKE-211"),
    CLUSTER_FORBIDDEN("GKE-212"),
    CLUSTER_NOT_READY("GKE-213"),
    KUBECONFIG_UNUSABLE("GKE-221"),
    CLUSTER_UNREACHABLE("GKE-222"),
    CLUSTER_UNAUTHORIZED("GKE-223"),
    CLUSTER_DENIED("GKE-224"),
    NAMESPACE_MISSING("GKE-225"),

    IMAGE_NOT_FOUND("GKE-301"),
    REGISTRY_DENIED("GKE-302"),
    REGISTRY_UNREACHABLE("GKE-303"),

    CHART_INVALID("GKE-401"),
    VALUES_INVALID("GKE-402"),
    RELEASE_REFUSED("GKE-403"),
    RELEASE_BUSY("GKE-404"),
    HELM_UNAVAILABLE("GKE-405"),
    RELEASE_NOT_FOUND("GKE-406"),

    ROLLOUT_TIMED_OUT("GKE-501"),
    ROLLOUT_STALLED("GKE-502"),
    ANSWER_WRONG("GKE-503"),
    /** The service could not be reached at all. */
    ANSWER_MISSING("GKE-504"),

    INTERRUPTED("GKE-901"),
    INTERNAL("GKE-902");

    private final String code;

    FailureCode(String code) {
        this.code = code;
    }

    /** {@return the code as users see it, such as {@code GKE-101}} */
    public String code() {
        return code;
    }
}
