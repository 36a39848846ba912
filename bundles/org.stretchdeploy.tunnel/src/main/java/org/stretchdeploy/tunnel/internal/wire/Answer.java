package org.stretchdeploy.tunnel.internal.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Who answered a {@link Query}.
 *
 * @param id of the query
 * @param macs who answered, with the time it took
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Answer(long id, List<Machine> macs) {
    /** One machine and its response time in microseconds. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Machine(String mac, long micros) {}

    public Answer {
        macs = macs == null ? List.of() : List.copyOf(macs);
    }
}
