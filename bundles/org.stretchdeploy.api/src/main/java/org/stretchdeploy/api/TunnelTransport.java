package org.stretchdeploy.api;

/** What is to carry the frames of a tunnel between two clouds. What is said about them always goes over TLS. */
public enum TunnelTransport {
    /** TLS, and datagrams while the way loses packets. */
    AUTO,
    /** TLS 1.3 over TCP. */
    TLS,
    /** Sealed UDP datagrams; TLS while they do not pass. */
    DATAGRAM;

    /**
     * From a surface's word.
     *
     * @throws StretchException USER for another word than {@code auto}, {@code tls} or {@code datagram}, in any case
     */
    public static TunnelTransport of(String word) {
        return Words.find(values(), word)
                .orElseThrow(() -> StretchException.user(
                        "invalid-transport",
                        "The transport of a tunnel is auto, tls or datagram, not " + Quoted.quote(word) + "."));
    }
}
