package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.text.PlanText;

/** Shows a plan. */
@Service
@Command(
        scope = "stretch",
        name = "plan",
        description = "Shows everything that a deploy or return would do; writes nothing")
public final class PlanCommand extends DeployOptions {
    @Option(name = "--return", description = "Plan the way home")
    boolean wayHome;

    @Override
    void run() throws CommandException {
        Plan plan = wayHome ? stretchDeploy.plan(returnRequest()) : stretchDeploy.plan(deployRequest());
        if (json) {
            printJson(plan);
        } else {
            out().print(PlanText.of(plan, ink()));
        }
        if (!plan.executable()) {
            throw new CommandException("The precheck forbids it.");
        }
    }
}
