package org.stretchdeploy.rest.internal.gate;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Spares the costly password hash for a login that was proven a moment ago. Remembers no password but a keyed digest
 * of it, whose key lives as long as the process. A changed password or role counts after {@link #LIFE} at the latest.
 */
public final class RememberedLogins implements PasswordCheck {
    static final Duration LIFE = Duration.ofSeconds(30);
    private static final int MAX_ENTRIES = 1000;
    private static final String ALGORITHM = "HmacSHA256";

    private final PasswordCheck check;
    private final Clock clock;
    private final SecretKeySpec key;
    private final Map<ByteBuffer, Proven> proven = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Proven> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    public RememberedLogins(PasswordCheck check, Clock clock) {
        this.check = check;
        this.clock = clock;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    @Override
    public Optional<Caller> login(String user, char[] password) {
        ByteBuffer digest = digest(user, password);
        Instant now = clock.instant();
        synchronized (proven) {
            Proven before = proven.get(digest);
            if (before != null && before.until().isAfter(now)) {
                return Optional.of(before.caller());
            }
            proven.remove(digest);
        }
        Optional<Caller> caller = check.login(user, password);
        synchronized (proven) {
            caller.ifPresent(who -> proven.put(digest, new Proven(who, now.plus(LIFE))));
        }
        return caller;
    }

    private ByteBuffer digest(String user, char[] password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            // The length keeps user and password apart.
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
            mac.update(name);
            ByteBuffer secret = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
            mac.update(secret.duplicate());
            Arrays.fill(secret.array(), (byte) 0);
            return ByteBuffer.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Proven(Caller caller, Instant until) {}
}
