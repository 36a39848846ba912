package org.stretchdeploy.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.stretchdeploy.api.Plan.DiffLine;
import org.stretchdeploy.api.edge.EdgeServices;

/**
 * The difference of two edges' services, readable like a diff. It is empty exactly when both have the same
 * {@link CanonicalForm}.
 */
public final class EdgeDiff {
    private EdgeDiff() {}

    /**
     * One line per setting or rule that differs: {@code -} gone, {@code +} new, {@code ~} changed or moved. Firewall
     * comes first, then NAT, DHCP and routes; within each the order is the one of the rules.
     */
    public static List<DiffLine> between(EdgeServices before, EdgeServices after) {
        var lines = new ArrayList<DiffLine>();
        setting(
                lines,
                !CanonicalForm.settings(before.firewall()).equals(CanonicalForm.settings(after.firewall())),
                RuleText.settings(before.firewall()),
                RuleText.settings(after.firewall()));
        rules(lines, before.firewall().rules(), after.firewall().rules(), Identity.FIREWALL, true);
        setting(
                lines,
                !CanonicalForm.settings(before.nat()).equals(CanonicalForm.settings(after.nat())),
                RuleText.settings(before.nat()),
                RuleText.settings(after.nat()));
        rules(lines, before.nat().rules(), after.nat().rules(), Identity.NAT, true);
        rules(lines, serving(before), serving(after), Identity.DHCP, false);
        rules(lines, before.routes(), after.routes(), Identity.ROUTE, false);
        return List.copyOf(lines);
    }

    /** The lines as text, one per line, sign first. */
    public static String text(List<DiffLine> lines) {
        var text = new StringBuilder();
        lines.forEach(
                line -> text.append(line.sign()).append(' ').append(line.text()).append('\n'));
        return text.toString();
    }

    private static List<EdgeServices.Dhcp> serving(EdgeServices services) {
        return services.dhcp().stream().filter(CanonicalForm::serves).toList();
    }

    private static void setting(List<DiffLine> lines, boolean differs, String before, String after) {
        if (differs) {
            lines.add(new DiffLine('~', before + "  =>  " + after));
        }
    }

    private static <T> void rules(
            List<DiffLine> lines, List<T> before, List<T> after, Identity<T> identity, boolean orderMatters) {
        Pairing<T> pairing = Pairing.of(before, after, identity);
        for (int l = 0; l < before.size(); l++) {
            if (pairing.right(l).isEmpty()) {
                lines.add(new DiffLine('-', identity.text().apply(before.get(l))));
            }
        }
        for (int r = 0; r < after.size(); r++) {
            String text = identity.text().apply(after.get(r));
            OptionalInt left = pairing.left(r);
            if (left.isEmpty()) {
                lines.add(new DiffLine('+', text));
            } else if (!identity.same(before.get(left.getAsInt()), after.get(r))) {
                lines.add(new DiffLine('~', identity.text().apply(before.get(left.getAsInt())) + "  =>  " + text));
            } else if (orderMatters && !pairing.inOrder(left.getAsInt())) {
                lines.add(new DiffLine('~', text + "  moved from place " + (left.getAsInt() + 1) + " to " + (r + 1)));
            }
        }
    }
}
