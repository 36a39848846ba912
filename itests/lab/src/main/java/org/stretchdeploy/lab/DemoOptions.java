package org.stretchdeploy.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The words after {@code ./stretch demo}.
 *
 * @param wholeVApp moves all machines of the vApp instead of one
 * @param keep      leaves everything running
 * @param edges     how the clouds run edge appliances
 * @param standby   which ends of the tunnel get a second appliance, and lose the first one: the setting's own word
 */
record DemoOptions(boolean wholeVApp, boolean keep, EdgeForm edges, String standby) {
    private static final Map<String, List<CloudSite>> ENDS = Map.of(
            "none",
            List.of(),
            "source",
            List.of(CloudSite.PRIVATE),
            "target",
            List.of(CloudSite.PUBLIC),
            "both",
            List.of(CloudSite.PRIVATE, CloudSite.PUBLIC));

    /** @throws WrongUse for any other word */
    static DemoOptions of(List<String> words) {
        List<String> left = new ArrayList<>(words);
        String standby = "none";
        int at = left.indexOf("--standby");
        if (at >= 0) {
            standby = at + 1 < left.size() ? left.get(at + 1) : "";
            if (!ENDS.containsKey(standby)) {
                throw new WrongUse("--standby is none, source, target or both, not \"" + standby + "\".");
            }
            left.subList(at, at + 2).clear();
        }
        for (String word : left) {
            if (!List.of("--keep", "--vapp", "--appliance-vm").contains(word)) {
                throw new WrongUse(
                        "./stretch demo knows --vapp (move the whole vApp), --keep (leave everything running),"
                                + " --appliance-vm (edge appliances as machines) and --standby source, target or both (a second edge"
                                + " appliance takes over), not " + word + ".");
            }
        }
        return new DemoOptions(
                left.contains("--vapp"),
                left.contains("--keep"),
                left.contains("--appliance-vm") ? EdgeForm.MACHINE : EdgeForm.PROCESS,
                standby);
    }

    /** The clouds whose end of the tunnel has two appliances. */
    List<CloudSite> pairs() {
        return ENDS.get(standby);
    }
}
