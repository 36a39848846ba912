package org.stretchdeploy.api;

import java.time.Duration;
import java.util.List;

/**
 * Everything that an operation would do; making it writes nothing.
 *
 * @param kind     {@code deploy} or {@code return}
 * @param summary  a sentence for people
 * @param findings the precheck's results, worst first
 * @param steps    every step in order, numbered as in the documentation
 * @param changes  every object that will be made, changed or deleted, with the difference per rule
 * @param losses   what will not survive
 * @param meanwhile of a return: what people changed at home since the deploy; it is kept, unless a loss says otherwise
 * @param digest   SHA-256 over steps and changes in canonical form; the same state and request give the same digest
 */
public record Plan(
        Operation.Kind kind,
        String summary,
        List<Finding> findings,
        List<PlannedStep> steps,
        List<ObjectChange> changes,
        List<Loss> losses,
        List<ObjectChange> meanwhile,
        Estimate estimate,
        String digest) {
    public Plan {
        // an older controller does not tell
        meanwhile = meanwhile == null ? List.of() : List.copyOf(meanwhile);
    }

    /** A plan that nobody's changes have to be told of. */
    public Plan(
            Operation.Kind kind,
            String summary,
            List<Finding> findings,
            List<PlannedStep> steps,
            List<ObjectChange> changes,
            List<Loss> losses,
            Estimate estimate,
            String digest) {
        this(kind, summary, findings, steps, changes, losses, List.of(), estimate, digest);
    }

    public boolean executable() {
        return findings.stream().noneMatch(Finding::blocks);
    }

    /** @param number as in the mission, for instance {@code 2.3} */
    public record PlannedStep(String number, String name, String title, String cloud) {}

    /** What happens to an object. */
    public enum Action {
        CREATE,
        CHANGE,
        DELETE
    }

    /**
     * @param cloud     name of the cloud
     * @param kind      for instance {@code VApp}, {@code VAppNetwork}, {@code EdgeGateway}
     * @param temporary true when the object is gone again at the end of the operation
     * @param lines     the difference, one line per rule or setting
     */
    public record ObjectChange(
            String cloud, String kind, String name, Action action, boolean temporary, List<DiffLine> lines) {}

    /** A line of a difference: sign {@code +}, {@code -}, {@code ~} or space, and text. */
    public record DiffLine(char sign, String text) {}

    /** @param id stable, accepted by {@link StretchRequest#acceptedLosses()} */
    public record Loss(String id, String subject, String sentence) {}

    /** @param bytes size of the disks to copy; @param outage how long the machine will be off */
    public record Estimate(long bytes, Duration duration, Duration outage) {}
}
