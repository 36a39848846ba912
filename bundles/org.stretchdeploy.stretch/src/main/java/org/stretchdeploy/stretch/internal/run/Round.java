package org.stretchdeploy.stretch.internal.run;

import org.stretchdeploy.workflow.StepScope;

/** Counts how often a row has asked the same questions; kept in the journal, so that a restart goes on with the round. */
final class Round {
    private Round() {}

    /** The round that a row is in, the first one is 1. */
    static int of(StepScope<?> scope, String key) {
        return scope.noted(key, Integer.class).orElse(1);
    }

    /** Begins the next one. */
    static void next(StepScope<?> scope, String key) {
        scope.note(key, of(scope, key) + 1);
    }
}
