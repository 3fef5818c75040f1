package dev.slipway.gke.config;

import java.time.Duration;

/**
 * What every goal has to know that changes a release.
 *
 * @param release which release, where
 * @param lockWait how long to wait for somebody else who changes it
 * @param recover whether what a deployment left half done that died is put right
 * @param historyMax how many revisions are kept
 */
public record ChangeConfig(ReleaseConfig release, Duration lockWait, boolean recover, int historyMax) {}
