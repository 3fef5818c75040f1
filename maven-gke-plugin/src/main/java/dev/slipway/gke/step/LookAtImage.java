package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.PushTrial;
import java.time.Duration;

/** The part of an examination that asks the registry: whether it has the image, and whether it would take one. */
final class LookAtImage {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ImageRegistry registry;
    private final PushTrial push;
    private final Findings findings;

    LookAtImage(ImageRegistry registry, PushTrial push, Findings findings) {
        this.registry = registry;
        this.push = push;
        this.findings = findings;
    }

    void at(ImageReference image) {
        try {
            findings.ok(
                    "pull",
                    "the registry has " + image + " ("
                            + registry.pin(image, LIMIT).digest().brief() + ")");
        } catch (DeployFailure e) {
            if (e.code() == FailureCode.IMAGE_NOT_FOUND) {
                findings.warning(
                        "pull", "The registry has no " + image + " yet", "mvn deploy of the whole reactor pushes it");
            } else {
                findings.problem("pull", e.what(), e.tryThis());
            }
        }
        try {
            push.tryPush(image, LIMIT);
            findings.ok("push", "the registry would take " + image.name());
        } catch (DeployFailure e) {
            findings.warning(
                    "push", e.what(), e.tryThis() + ". Whoever deploys what others have pushed does not need it");
        }
    }
}
