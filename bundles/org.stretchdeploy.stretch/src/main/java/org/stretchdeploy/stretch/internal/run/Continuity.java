package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.stretch.internal.run.TunnelSteps.Flow;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** Judges rounds of probes until all that answered before answers again, or the time for booting is over. */
final class Continuity {
    /** A guest that boots under emulation and checks its file system may need this long. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Key of the {@link Round} of a row that asks who answers. */
    static final String ROUND = "round";

    private Continuity() {}

    /** @param onTrial the report is the answer, also a bad one: the trial is over then and the machines return */
    static StepResult judge(
            StepScope<?> scope, TunnelSteps tunnel, Ends ends, List<Flow> before, String prefix, boolean onTrial) {
        Optional<List<Flow>> after = tunnel.answers(scope, ends, before, prefix);
        if (after.isEmpty()) {
            return tunnel.poll();
        }
        ContinuityReport report = TunnelSteps.report(scope, before, after.get());
        if (report.proven()) {
            return StepResult.done("continuity", report);
        }
        long missing = report.flows().stream()
                .filter(f -> f.answeredBefore() && !f.answersAfter())
                .count();
        if (scope.now().isAfter(scope.since().plus(PATIENCE))) {
            return onTrial
                    ? StepResult.done("continuity", report)
                    : StepResult.failed("continuity-not-proven", sentence(report, missing));
        }
        Round.next(scope, ROUND);
        scope.progress(before.size() - missing, before.size(), "count", missing + " of the flows do not answer yet");
        return tunnel.poll();
    }

    private static String sentence(ContinuityReport report, long missing) {
        String first = report.flows().stream()
                .filter(f -> f.answeredBefore() && !f.answersAfter())
                .map(f -> f.name() + ": " + f.evidence())
                .findFirst()
                .orElse("");
        return missing + " flow(s) that answered before do not answer now. First: " + first
                + ". Look at the guest's console; then retry the operation.";
    }
}
