package org.stretchdeploy.soap.internal;

import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.soap.internal.v1.Alarm;
import org.stretchdeploy.soap.internal.v1.Continuity;
import org.stretchdeploy.soap.internal.v1.Failure;
import org.stretchdeploy.soap.internal.v1.Flow;
import org.stretchdeploy.soap.internal.v1.Operation;
import org.stretchdeploy.soap.internal.v1.OperationKind;
import org.stretchdeploy.soap.internal.v1.OperationState;
import org.stretchdeploy.soap.internal.v1.Progress;
import org.stretchdeploy.soap.internal.v1.Step;
import org.stretchdeploy.soap.internal.v1.StepState;
import org.stretchdeploy.soap.internal.v1.TargetWrites;
import org.stretchdeploy.soap.internal.v1.Trial;
import org.stretchdeploy.soap.internal.v1.TrialState;

/** Operations, from the API's types to the contract's. Pure. */
final class OperationAnswers {
    private OperationAnswers() {}

    static Operation operation(org.stretchdeploy.api.Operation from) {
        var to = new Operation();
        to.setId(from.id().value());
        to.setKind(OperationKind.valueOf(from.kind().name()));
        to.setState(OperationState.valueOf(from.state().name()));
        to.setTitle(from.title());
        to.setSource(from.source().value());
        to.setTarget(from.target().value());
        to.setVApp(from.vApp());
        to.getVm().addAll(from.vms());
        to.setSubmittedAt(from.submittedAt());
        to.setEndedAt(from.endedAt().orElse(null));
        to.setCancelRequested(from.cancelRequested());
        to.setPivotPassed(from.pivotPassed());
        from.steps().forEach(step -> to.getStep().add(step(step)));
        to.setFailure(from.failure().map(OperationAnswers::failure).orElse(null));
        to.setContinuity(from.continuity().map(OperationAnswers::continuity).orElse(null));
        to.getNotice().addAll(from.notices());
        to.getRemaining().addAll(from.remaining());
        to.setSequence(from.sequence());
        from.alarms().forEach(alarm -> to.getAlarm().add(alarm(alarm)));
        to.setTrial(from.trial().map(OperationAnswers::trial).orElse(null));
        return to;
    }

    static Alarm alarm(org.stretchdeploy.api.Alarm from) {
        var to = new Alarm();
        to.setCode(from.code());
        to.setSince(from.since());
        to.setMessage(from.message());
        return to;
    }

    private static Trial trial(org.stretchdeploy.api.Trial from) {
        var to = new Trial();
        to.setState(TrialState.valueOf(from.state().name()));
        to.setWrites(TargetWrites.valueOf(from.writes().name()));
        to.setEndsAt(from.endsAt().orElse(null));
        return to;
    }

    private static Step step(org.stretchdeploy.api.Operation.Step from) {
        var to = new Step();
        to.setNumber(from.number());
        to.setName(from.name());
        to.setTitle(from.title());
        to.setCloud(from.cloud());
        to.setState(StepState.valueOf(from.state().name()));
        to.setStartedAt(from.startedAt().orElse(null));
        to.setEndedAt(from.endedAt().orElse(null));
        to.setProgress(from.progress().map(OperationAnswers::progress).orElse(null));
        to.setNode(from.node().orElse(null));
        return to;
    }

    private static Progress progress(org.stretchdeploy.api.Operation.Progress from) {
        var to = new Progress();
        to.setDone(from.done());
        to.setTotal(from.total());
        to.setUnit(from.unit());
        to.setRatePerSecond(from.ratePerSecond());
        to.setSecondsLeft(from.secondsLeft());
        to.setText(from.text());
        return to;
    }

    private static Failure failure(org.stretchdeploy.api.Operation.Failure from) {
        var to = new Failure();
        to.setStep(from.step());
        to.setCode(from.code());
        to.setMessage(from.message());
        return to;
    }

    private static Continuity continuity(ContinuityReport from) {
        var to = new Continuity();
        to.setMeasuredAt(from.measuredAt());
        to.setProven(from.proven());
        from.flows().forEach(flow -> {
            var one = new Flow();
            one.setName(flow.name());
            one.setKind(flow.kind());
            one.setAnsweredBefore(flow.answeredBefore());
            one.setAnswersAfter(flow.answersAfter());
            one.setLongestGapMillis(flow.longestGapMillis());
            one.setEvidence(flow.evidence());
            to.getFlow().add(one);
        });
        return to;
    }
}
