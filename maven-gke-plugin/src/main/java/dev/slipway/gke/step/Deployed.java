package dev.slipway.gke.step;

import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import java.util.Optional;

/**
 * The release runs and answers.
 *
 * @param released what was released
 * @param address how it is reached, if it has a Service
 * @param question what it was asked, if anything
 */
public record Deployed(Released released, Optional<ServiceAddress> address, Optional<Question> question) {}
