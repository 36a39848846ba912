package org.stretchdeploy.soap.internal;

import org.stretchdeploy.soap.internal.v1.Action;
import org.stretchdeploy.soap.internal.v1.DiffLine;
import org.stretchdeploy.soap.internal.v1.Loss;
import org.stretchdeploy.soap.internal.v1.ObjectChange;
import org.stretchdeploy.soap.internal.v1.OperationKind;
import org.stretchdeploy.soap.internal.v1.Plan;
import org.stretchdeploy.soap.internal.v1.PlannedStep;

/** Plans, from the API's types to the contract's. Pure. */
final class PlanAnswers {
    private PlanAnswers() {}

    static Plan plan(org.stretchdeploy.api.Plan from) {
        var to = new Plan();
        to.setKind(OperationKind.valueOf(from.kind().name()));
        to.setExecutable(from.executable());
        to.setSummary(from.summary());
        from.findings().forEach(finding -> to.getFinding().add(CloudAnswers.finding(finding)));
        from.steps().forEach(step -> to.getStep().add(step(step)));
        from.changes().forEach(change -> to.getChange().add(change(change)));
        from.losses().forEach(loss -> to.getLoss().add(loss(loss)));
        from.meanwhile().forEach(change -> to.getMeanwhile().add(change(change)));
        to.setBytes(from.estimate().bytes());
        to.setDurationSeconds(from.estimate().duration().toSeconds());
        to.setOutageSeconds(from.estimate().outage().toSeconds());
        to.setDigest(from.digest());
        return to;
    }

    private static PlannedStep step(org.stretchdeploy.api.Plan.PlannedStep from) {
        var to = new PlannedStep();
        to.setNumber(from.number());
        to.setName(from.name());
        to.setTitle(from.title());
        to.setCloud(from.cloud());
        return to;
    }

    private static ObjectChange change(org.stretchdeploy.api.Plan.ObjectChange from) {
        var to = new ObjectChange();
        to.setCloud(from.cloud());
        to.setKind(from.kind());
        to.setName(from.name());
        to.setAction(Action.valueOf(from.action().name()));
        to.setTemporary(from.temporary());
        from.lines().forEach(line -> {
            var diff = new DiffLine();
            diff.setSign(String.valueOf(line.sign()));
            diff.setText(line.text());
            to.getLine().add(diff);
        });
        return to;
    }

    private static Loss loss(org.stretchdeploy.api.Plan.Loss from) {
        var to = new Loss();
        to.setId(from.id());
        to.setSubject(from.subject());
        to.setSentence(from.sentence());
        return to;
    }
}
