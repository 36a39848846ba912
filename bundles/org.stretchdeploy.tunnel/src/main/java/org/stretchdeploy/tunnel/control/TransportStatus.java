package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What carries a tunnel's frames, as this end sends them, and why.
 *
 * @param wanted as configured
 * @param used {@link Transport#TLS} or {@link Transport#DATAGRAM}
 * @param reason why this one, for people
 * @param lossPermille measured loss there and back, in thousandths, of the last minute; 0 when unknown
 * @param rttMicros measured round trip of datagrams in microseconds, 0 when unknown
 * @param datagramBytes largest UDP payload that was seen to pass, 0 when none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TransportStatus(
        Transport wanted, Transport used, String reason, int lossPermille, long rttMicros, int datagramBytes) {
    /** A tunnel without datagrams. */
    public static final TransportStatus TLS_ONLY =
            new TransportStatus(Transport.TLS, Transport.TLS, "as configured", 0, 0, 0);

    public TransportStatus {
        wanted = wanted == null ? Transport.TLS : wanted;
        used = used == null ? Transport.TLS : used;
        reason = reason == null ? "" : reason;
    }
}
