package org.stretchdeploy.shell.internal;

import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.PlanText;

/** A cloud's check as text. Pure. */
final class CloudText {
    private CloudText() {}

    static String of(CloudCheck check, Ink ink) {
        return ink.bold(check.cloud().value()) + "  " + (check.usable() ? ink.green("usable") : ink.red("NOT usable"))
                + "\n"
                + "  product           " + check.product() + ", API " + check.apiVersion() + "\n"
                + "  clock differs by  " + check.clockSkew().toMillis() + " ms\n"
                + "  organization VDCs " + (check.vdcs().isEmpty() ? "none" : String.join(", ", check.vdcs())) + "\n"
                + PlanText.findings(check.findings(), ink);
    }
}
