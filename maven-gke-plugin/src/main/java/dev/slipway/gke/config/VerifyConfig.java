package dev.slipway.gke.config;

import dev.slipway.gke.model.Question;
import java.util.Optional;

/**
 * What a release that runs is to be held to.
 *
 * @param release which release, where
 * @param question what it has to be able to answer, if anything
 */
public record VerifyConfig(ReleaseConfig release, Optional<Question> question) {}
