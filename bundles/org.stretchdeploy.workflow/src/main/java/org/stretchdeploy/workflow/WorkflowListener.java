package org.stretchdeploy.workflow;

/** Hears what happens to operations. Called on one engine thread for all listeners: return quickly. */
public interface WorkflowListener {
    /** After the entry was written; per operation in the order of the sequence numbers, each once. */
    void onEvent(OperationId id, JournalEntry entry);

    /** How far a step is; may be dropped. */
    default void onProgress(OperationId id, Progress progress) {}
}
