package dev.slipway.gke.step;

/** What a recipe begins with: nothing is known yet. */
public enum Begin {
    HERE
}
