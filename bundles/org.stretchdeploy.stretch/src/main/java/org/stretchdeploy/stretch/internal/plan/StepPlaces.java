package org.stretchdeploy.stretch.internal.plan;

/** Says in which cloud a step works, from its place in the table. Pure functions. */
public final class StepPlaces {
    private StepPlaces() {}

    /**
     * @param home true for the way home, where the copy goes from the target cloud to the source cloud
     * @return name of the cloud, empty when the step is about both or about our node
     */
    public static String cloud(String id, String name, String source, String target, boolean home) {
        if (name.contains("target")) {
            return target;
        }
        if (name.contains("source")) {
            return source;
        }
        String from = home ? target : source;
        String to = home ? source : target;
        if (id.startsWith("1.1") || id.startsWith("1.2")) {
            return home ? "" : target;
        }
        if (id.startsWith("2.1") || id.startsWith("2.2") || id.startsWith("2.3")) {
            return from;
        }
        if (id.equals("2.4.2")
                || id.equals("2.5")
                || id.equals("3.1")
                || id.startsWith("3.2")
                || name.contains("arrival")) {
            return to;
        }
        return switch (name) {
            case "delete-temporary-vapp" -> from;
            case "delete-routed-vapp" -> target;
            case "open-home", "record-home", "delete-parking-vapp" -> source;
            default -> "";
        };
    }

    /** Number of the phase: 0 precheck, 1 infrastructure, 2 copy, 3 deploy, 4 end of the stretch. */
    public static int phase(String id) {
        char first = id.charAt(0);
        return Character.isDigit(first) ? first - '0' : 0;
    }
}
