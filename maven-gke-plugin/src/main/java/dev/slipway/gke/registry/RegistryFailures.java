package dev.slipway.gke.registry;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ImageReference;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What it means when a registry does not show an image, in the words of whoever has to mend it.
 *
 * @param image what was asked for
 * @param user who asked; empty if nobody in particular
 * @param doing what was wanted, {@code read} or {@code push to}
 */
record RegistryFailures(ImageReference image, Optional<String> user, String doing) {

    /** What goes wrong with reading. */
    RegistryFailures(ImageReference image, Optional<String> user) {
        this(image, user, "read");
    }

    DeployFailure notFound() {
        return new DeployFailure(
                FailureCode.IMAGE_NOT_FOUND,
                "The registry has no such image",
                image.toString(),
                "Push it first: mvn deploy with an environment profile does so before it releases. Or check image.registry,"
                        + " image.repository and image.tag");
    }

    DeployFailure denied(int status) {
        String what = user.map(name -> "The registry does not let " + name + " " + doing + " the image"
                        + (reading() ? "" : "'s repository") + ": it answers " + status)
                .orElse((reading()
                                ? "The registry shows the image only to whom it knows"
                                : "The registry takes images only from whom it knows")
                        + ": it answers " + status);
        return new DeployFailure(FailureCode.REGISTRY_DENIED, what, image.toString(), login());
    }

    DeployFailure strange(String what) {
        return new DeployFailure(
                FailureCode.REGISTRY_UNREACHABLE,
                "The registry's answer is of no use: " + what,
                image.registry(),
                "Check that image.registry names a registry; what else may sit in between, such as a proxy, has to leave its"
                        + " answers alone");
    }

    DeployFailure unreachable(IOException thrown) {
        return new DeployFailure(
                FailureCode.REGISTRY_UNREACHABLE,
                "The registry cannot be asked: " + reason(thrown),
                image.registry(),
                advice(thrown),
                thrown);
    }

    private String reason(IOException thrown) {
        if (thrown instanceof UnknownHostException) {
            return "its name is not known";
        }
        if (thrown instanceof ConnectException) {
            return "nothing answers at " + image.registry();
        }
        return String.valueOf(thrown.getMessage());
    }

    private String advice(IOException thrown) {
        if (thrown instanceof SSLException) {
            return "Check its certificate. Only registries of this machine are reached without TLS";
        }
        if (thrown instanceof UnknownHostException || thrown instanceof ConnectException) {
            return "Check image.registry, and that it runs; behind a proxy, pass -Dhttps.proxyHost and -Dhttps.proxyPort";
        }
        return "Try again in some minutes";
    }

    private String login() {
        return image.registry().equals("docker.io")
                ? "Set DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN, or add a <server> with the id docker.io to Maven's"
                        + " settings; the token needs the right to "
                        + (reading() ? "read" : "read and write")
                : "Add a <server> with the id " + image.registry() + " to Maven's settings, with a user who may "
                        + doing + " " + image.repository();
    }

    private boolean reading() {
        return doing.equals("read");
    }
}
