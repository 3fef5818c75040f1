package dev.slipway.gke.pipeline;

import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.port.Workloads;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What steps work with.
 *
 * @param credentials finds who we are to Google, when asked for the first time
 * @param clusters where clusters are looked up
 * @param door opens the way to one
 * @param registry knows images
 * @param engine Helm
 * @param history the revisions of a release
 * @param workloads what runs
 * @param services the way in to it
 * @param diagnostics why it does not run
 * @param pause waiting
 * @param clock time
 */
public record Tools(
        Supplier<TokenSource> credentials,
        ClusterDirectory clusters,
        ClusterDoor door,
        ImageRegistry registry,
        ReleaseEngine engine,
        ReleaseHistory history,
        Workloads workloads,
        Services services,
        Diagnostics diagnostics,
        Pause pause,
        Clock clock) {}
