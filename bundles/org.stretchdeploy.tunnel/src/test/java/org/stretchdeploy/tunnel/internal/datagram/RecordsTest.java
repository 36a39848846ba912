package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Records are opened once and only as they were sealed; the window against a slow oracle. */
class RecordsTest {
    private static final LaneKey KEY = new LaneKey(new SecretKeySpec(new byte[32], "AES"), new byte[12]);

    private final byte[] sealed = new byte[2000];
    private final byte[] plain = new byte[2000];

    @Test
    void whatIsSealedIsOpenedOnce() throws GeneralSecurityException {
        Sealer sealer = new Sealer(42, 3, KEY);
        Opener opener = new Opener(KEY);
        byte[] content = new byte[1400];
        new Random(1).nextBytes(content);
        for (int i = 0; i < 3; i++) {
            content[0] = (byte) i;
            int bytes = sealer.seal(content, content.length, sealed, 0);
            assertThat(bytes).isEqualTo(content.length + Sealer.OVERHEAD_BYTES);
            assertThat(opener.open(sealed, 0, bytes, plain)).isEqualTo(content.length);
            assertThat(plain).startsWith(content);
            assertThat(opener.open(sealed, 0, bytes, plain)).isEqualTo(Opener.REFUSED);
        }
    }

    @Test
    void everyChangedBitIsNoticedAndDoesNotSpoilWhatFollows() throws GeneralSecurityException {
        Sealer sealer = new Sealer(42, 3, KEY);
        Opener opener = new Opener(KEY);
        int bytes = sealer.seal(new byte[20], 20, sealed, 0);
        for (int bit = 0; bit < bytes * 8; bit++) {
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(opener.open(sealed, 0, bytes, plain)).as("bit " + bit).isEqualTo(Opener.REFUSED);
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
        }
        for (int shorter = 0; shorter < bytes; shorter++) {
            assertThat(opener.open(sealed, 0, shorter, plain)).isEqualTo(Opener.REFUSED);
        }
        assertThat(opener.open(sealed, 0, bytes + 1, plain)).isEqualTo(Opener.REFUSED);
        assertThat(opener.open(sealed, 0, bytes, plain)).isEqualTo(20);
    }

    @Test
    void lateOnesAreOpenedAndTooLateOnesAreNot() throws GeneralSecurityException {
        Sealer sealer = new Sealer(42, 3, KEY);
        Opener opener = new Opener(KEY);
        byte[] first = new byte[100];
        byte[] second = new byte[100];
        int bytes = sealer.seal(new byte[20], 20, first, 0);
        sealer.seal(new byte[20], 20, second, 0);
        for (int i = 0; i < ReplayWindow.SIZE - 1; i++) {
            sealer.seal(new byte[20], 20, sealed, 0);
        }
        assertThat(opener.open(sealed, 0, bytes, plain)).isEqualTo(20);
        assertThat(opener.isNewest()).isTrue();
        assertThat(opener.open(second, 0, bytes, plain)).isEqualTo(20);
        assertThat(opener.isNewest()).isFalse();
        assertThat(opener.open(first, 0, bytes, plain)).isEqualTo(Opener.REFUSED);
    }

    @Property(tries = 300)
    void windowAgreesWithASlowOracle(@ForAll @Size(max = 200) List<@IntRange(min = -9000, max = 9000) Integer> steps) {
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        long at = 0;
        for (int step : steps) {
            at = Math.max(0, at + step);
            boolean expected = at > highest || highest - at < ReplayWindow.SIZE && !seen.contains(at);
            assertThat(window.isFresh(at)).isEqualTo(expected);
            if (expected) {
                assertThat(window.mark(at)).isEqualTo(at > highest);
                seen.add(at);
                highest = Math.max(highest, at);
            }
        }
    }
}
