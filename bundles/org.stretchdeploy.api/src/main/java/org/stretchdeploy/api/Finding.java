package org.stretchdeploy.api;

/**
 * One result of a precheck.
 *
 * @param id       stable, for instance {@code network-not-routed}; docs/prechecks.md has one paragraph per id
 * @param severity whether it stops the operation
 * @param cloud    name of the cloud it is about, empty when it is about both
 * @param subject  the object it is about, for people
 * @param message  a sentence: what is wrong
 * @param remedy   a sentence: what to do
 */
public record Finding(String id, Severity severity, String cloud, String subject, String message, String remedy) {
    /** How bad it is. */
    public enum Severity {
        /** For the record. */
        INFO,
        /** Something will be lost or may go wrong; needs consent. */
        WARNING,
        /** The operation is refused. */
        BLOCKER
    }

    public boolean blocks() {
        return severity == Severity.BLOCKER;
    }
}
