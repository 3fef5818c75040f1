package dev.slipway.gke.pipeline;

import dev.slipway.gke.port.ClusterAccess;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Hooks;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.LiveObjects;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.port.RenderInputs;
import dev.slipway.gke.port.Serves;
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
 * @param hooks what Helm runs beside it
 * @param services the way in to it
 * @param lock keeps a release ours, and what is noted of it
 * @param serves sees which revision runs
 * @param diagnostics looks for why something does not run
 * @param live the objects as they are, and would be
 * @param inputs what a rendering depends on
 * @param access tells what we may do on the cluster
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
        Hooks hooks,
        Services services,
        ReleaseLock lock,
        Serves serves,
        Diagnostics diagnostics,
        LiveObjects live,
        RenderInputs inputs,
        ClusterAccess access,
        Pause pause,
        Clock clock) {}
