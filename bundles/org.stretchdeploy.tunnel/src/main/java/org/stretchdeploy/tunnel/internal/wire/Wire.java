package org.stretchdeploy.tunnel.internal.wire;

import java.nio.ByteBuffer;

/**
 * The tunnel's wire protocol, version 1: messages inside one TLS stream. Described in docs/wire-protocol.md.
 *
 * <pre>
 *   0        1        2                4                          8
 *   +--------+--------+----------------+--------------------------+---------------- - - -
 *   |  type  |   0    | network number |  body bytes              |  body
 *   +--------+--------+----------------+--------------------------+---------------- - - -
 * </pre>
 */
public final class Wire {
    // Protocol constants

    public static final int VERSION = 1;
    public static final int HEADER_BYTES = 8;
    /** JSON {@link Hello}: first message in both directions. */
    public static final int HELLO = 1;
    /** JSON {@link Networks}: the networks of the sender and whether each is open. */
    public static final int NETWORKS = 2;
    /** virtio-net header and Ethernet frame. */
    public static final int FRAME = 3;
    /** 8 bytes that come back in {@link #KEEPALIVE_REPLY}. */
    public static final int KEEPALIVE = 4;

    public static final int KEEPALIVE_REPLY = 5;
    /** 8 bytes of id, then padding: a test frame that comes back in {@link #ECHO_REPLY}. */
    public static final int ECHO = 6;

    public static final int ECHO_REPLY = 7;
    /** JSON {@link Query}: asks the peer to probe its segment. */
    public static final int QUERY = 8;
    /** JSON {@link Answer}. */
    public static final int ANSWER = 9;
    /** No further message will come on this connection. */
    public static final int GOODBYE = 10;
    /** 4 bytes of number, then bytes of the handshake that yields the keys of datagrams; no bytes: asks for one. */
    public static final int KEYS = 11;
    /** JSON {@link LeaseMessage}: which agent of an end with two forwards. */
    public static final int LEASE = 12;
    /** 8 bytes of id, then virtio-net header and frame: would the peer's guards let it pass? */
    public static final int PROOF = 20;
    /** The same id, 1 byte (0 yes, else 1 + number of the reason), then the same bytes. */
    public static final int PROOF_REPLY = 21;
    /** Largest body. A super-frame has at most 64 KB of payload, its headers and the virtio-net header. */
    public static final int MAX_BODY = 65_536 + 256;
    /** Largest JSON body. */
    public static final int MAX_DOCUMENT = 65_536;
    /** Networks per tunnel. */
    public static final int MAX_NETWORKS = 64;

    private Wire() {}

    /** Writes a header. */
    public static void putHeader(ByteBuffer into, int type, int network, int bodyBytes) {
        into.put((byte) type).put((byte) 0).putShort((short) network).putInt(bodyBytes);
    }

    /** Writes a header at an absolute place. */
    public static void putHeader(ByteBuffer into, int at, int type, int network, int bodyBytes) {
        into.putInt(at, type << 24 | network & 0xffff).putInt(at + 4, bodyBytes);
    }
}
