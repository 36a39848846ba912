package org.stretchdeploy.workflow;

/**
 * What a row does, or how it is undone. An action is called at least once, never at most once: after a crash or a lost
 * reply it is called again with the same {@link StepScope#tag() tag}, looks for what it made under that tag, and adopts
 * it. An undo is called for every row whose intent was journalled, also when nobody knows whether the row took effect,
 * so it succeeds when there is nothing to undo.
 *
 * <p>Actions are called on an engine thread, one step of one operation at a time. They should return within seconds and
 * answer {@link StepResult.Again} for anything longer.
 */
@FunctionalInterface
public interface StepAction<I> {
    StepResult run(StepScope<I> scope) throws Exception;
}
