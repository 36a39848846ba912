package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What carries the frames of a tunnel. Control messages always go over TLS. */
public enum Transport {
    /** TLS 1.3 over TCP: passes everywhere, hides losses from the guests. */
    @JsonProperty("tls")
    TLS,
    /** Sealed UDP datagrams: a loss costs what was lost and delays nothing else; TLS while they do not pass. */
    @JsonProperty("datagram")
    DATAGRAM,
    /** TLS, and datagrams while the measured loss of the way is above a limit. */
    @JsonProperty("auto")
    AUTO
}
