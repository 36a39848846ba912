package org.stretchdeploy.workflow;

/** Where one row of one operation is. */
public enum StepStatus {
    /** Not reached. */
    PENDING,
    /** Its condition did not hold. */
    SKIPPED,
    /** Its intent is journalled; it runs, waits to be called again, or was cut off. */
    INTENDED,
    /** Failed, will be begun again. */
    RETRYING,
    DONE,
    /** Failed for good. */
    FAILED,
    /** The intent to undo is journalled. */
    UNDOING,
    /** The undo failed and will be begun again. */
    UNDO_RETRYING,
    UNDONE,
    /** The undo failed for good; an operator has to look. */
    UNDO_FAILED
}
