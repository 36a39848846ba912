package org.stretchdeploy.shell.internal;

import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.shell.text.Paint;
import org.stretchdeploy.shell.text.PlanText;

/** A cloud's check as lines. Pure. */
final class CloudText {
    private CloudText() {}

    static List<String> lines(CloudCheck check, Paint paint) {
        var lines = new ArrayList<String>();
        lines.add(check.cloud() + "  " + (check.usable() ? "usable" : "NOT usable") + "  " + check.product() + ", API " + check.apiVersion());
        lines.add("  clock differs by " + check.clockSkew().toMillis() + " ms");
        lines.add("  organization VDCs: " + (check.vdcs().isEmpty() ? "none" : String.join(", ", check.vdcs())));
        check.findings().forEach(finding -> lines.addAll(PlanText.finding(finding, paint)));
        return lines;
    }
}
