package org.stretchdeploy.tunnel.internal.datagram;

import java.nio.ByteBuffer;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one key exchange yields for one end: a key and an initialisation vector for each lane and direction, and the
 * number by which the receiver of each direction finds them. All of it comes from the exporter of one TLS 1.3
 * connection ({@link KeyExchange}); no two lanes, directions or exchanges ever share a key.
 */
public final class DatagramKeys {
    /** Lane 0 carries probes, the others the frames of one queue each. */
    static final int LANES = 9;
    /** How much to export. */
    static final int MATERIAL_BYTES = 2 * (4 + LANES * (LaneKey.KEY_BYTES + LaneKey.IV_BYTES));

    private final int sendIndex;
    private final int receiveIndex;
    private final LaneKey[] send;
    private final LaneKey[] receive;

    private DatagramKeys(int sendIndex, LaneKey[] send, int receiveIndex, LaneKey[] receive) {
        this.sendIndex = sendIndex;
        this.send = send;
        this.receiveIndex = receiveIndex;
        this.receive = receive;
    }

    /** Cuts up what was exported; the first half is for what the TLS client sends. */
    static DatagramKeys of(byte[] material, boolean client) {
        ByteBuffer buffer = ByteBuffer.wrap(material);
        int clientIndex = buffer.getInt();
        LaneKey[] clientKeys = lanes(buffer);
        int serverIndex = buffer.getInt();
        LaneKey[] serverKeys = lanes(buffer);
        return client
                ? new DatagramKeys(clientIndex, clientKeys, serverIndex, serverKeys)
                : new DatagramKeys(serverIndex, serverKeys, clientIndex, clientKeys);
    }

    private static LaneKey[] lanes(ByteBuffer buffer) {
        LaneKey[] keys = new LaneKey[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            byte[] key = new byte[LaneKey.KEY_BYTES];
            byte[] iv = new byte[LaneKey.IV_BYTES];
            buffer.get(key).get(iv);
            keys[lane] = new LaneKey(new SecretKeySpec(key, "AES"), iv);
        }
        return keys;
    }

    /** In the first four bytes of what this end receives. */
    int receiveIndex() {
        return receiveIndex;
    }

    Sealer sealer(int lane) {
        return new Sealer(sendIndex, lane, send[lane]);
    }

    Opener opener(int lane) {
        return new Opener(receive[lane]);
    }
}
