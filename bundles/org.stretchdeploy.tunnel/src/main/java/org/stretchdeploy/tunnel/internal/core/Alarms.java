package org.stretchdeploy.tunnel.internal.core;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Findings of the guards of one network, kept for {@link #KEEP_SECONDS} after they were seen last. Each is counted,
 * logged when it begins, and shown in the status when a person should see it. Bounded. Locks only itself; the frame
 * path gets here at most once a second per cause.
 */
final class Alarms {
    static final int KEEP_SECONDS = 180;

    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final int LIMIT = 64;

    private final String network;
    private final Map<Alarm, Integer> raised = new LinkedHashMap<>();
    private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);

    private record Alarm(Finding finding, String text) {}

    /** Logs name the network. */
    Alarms(String network) {
        this.network = network;
    }

    /** Something was found now, or is still so. */
    void raise(Finding finding, String text, int nowSeconds) {
        raise(finding, text, 1, nowSeconds);
    }

    /** Something was found so many times since it was raised last. */
    synchronized void raise(Finding finding, String text, long times, int nowSeconds) {
        counts.merge(finding, times, Long::sum);
        if (raised.put(new Alarm(finding, text), nowSeconds) == null) {
            LOG.warn("event=guard network={} finding={} detail=\"{}\"", network, finding.key(), text);
        }
        if (raised.size() > LIMIT) {
            var oldest = raised.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Current alarms; older ones are forgotten. */
    synchronized List<String> current(int nowSeconds) {
        raised.values().removeIf(second -> nowSeconds - second > KEEP_SECONDS);
        return raised.keySet().stream()
                .filter(alarm -> alarm.finding.isAlarm())
                .map(alarm -> alarm.finding.key() + ": " + alarm.text)
                .toList();
    }

    /** How often each was found since the agent started; only those that were. */
    synchronized Map<String, Long> counts() {
        Map<String, Long> byKey = new TreeMap<>();
        counts.forEach((finding, count) -> byKey.put(finding.key(), count));
        return byKey;
    }
}
