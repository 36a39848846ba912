package org.stretchdeploy.director.internal.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who is logged in. A session has two interchangeable credentials: a random 128-bit id and a signed token. Both die with
 * the process. Safe for use by several threads.
 */
public final class Sessions {
    public static final int IDLE_MINUTES = 30;
    private static final int MAX_SESSIONS = 10_000;
    private final SecureRandom random = new SecureRandom();
    private final byte[] key = new byte[32];
    private final Map<String, Session> byCredential = new ConcurrentHashMap<>();

    public Sessions() {
        random.nextBytes(key);
    }

    /** @param id uuid that names the session in its URN; knowing it gives no access */
    public static final class Session {
        public final String id = UUID.randomUUID().toString();
        public final String opaque;
        public final String token;
        public final Principal principal;
        private volatile long lastUsed = System.nanoTime();

        Session(String opaque, String token, Principal principal) {
            this.opaque = opaque;
            this.token = token;
            this.principal = principal;
        }

        boolean expired() {
            return System.nanoTime() - lastUsed > TimeUnit.MINUTES.toNanos(IDLE_MINUTES);
        }
    }

    public Session open(Principal principal) {
        byCredential.values().removeIf(Session::expired);
        if (byCredential.size() > 2 * MAX_SESSIONS) {
            throw new ApiException(503, "SERVICE_UNAVAILABLE", "Too many sessions are open.");
        }
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String opaque = HexFormat.of().formatHex(bytes);
        Session session = new Session(opaque, token(principal), principal);
        byCredential.put(session.opaque, session);
        byCredential.put(session.token, session);
        return session;
    }

    public void close(Session session) {
        byCredential.remove(session.opaque);
        byCredential.remove(session.token);
    }

    /** Ends all sessions of an account. */
    public void closeAllOf(String userId) {
        byCredential.values().removeIf(s -> s.principal.userId().equals(userId));
    }

    /** The session whose credential the call carries in any of the four places that clients use. */
    public Optional<Session> of(Call call) {
        for (String credential : credentials(call)) {
            Session session = byCredential.get(credential);
            if (session != null) {
                if (session.expired()) {
                    close(session);
                } else {
                    session.lastUsed = System.nanoTime();
                    return Optional.of(session);
                }
            }
        }
        return Optional.empty();
    }

    /** The living session of a credential. */
    public Optional<Session> byToken(String credential) {
        return Optional.ofNullable(byCredential.get(credential)).filter(s -> !s.expired());
    }

    private static List<String> credentials(Call call) {
        List<String> all = new ArrayList<>();
        call.header("X-VMWARE-VCLOUD-ACCESS-TOKEN").map(String::trim).ifPresent(all::add);
        call.header("x-vcloud-authorization").map(String::trim).ifPresent(all::add);
        for (String header : call.headers("Authorization")) {
            if (header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
                all.add(header.substring(7).trim());
            }
        }
        for (String header : call.headers("Cookie")) {
            for (String cookie : header.split(";")) {
                String[] parts = cookie.trim().split("=", 2);
                if (parts.length == 2 && parts[0].equalsIgnoreCase("vcloud-token")) {
                    all.add(parts[1].replace("\"", ""));
                }
            }
        }
        return all;
    }

    private String token(Principal principal) {
        long now = System.currentTimeMillis() / 1000;
        String claims = "{\"sub\":" + quote(principal.userName()) + ",\"iss\":"
                + quote(principal.orgId() + "@embedded-director") + ",\"exp\":" + (now + 86_400) + ",\"session_id\":"
                + quote(UUID.randomUUID().toString()) + ",\"version\":\"vcloud_1.0\"}";
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String signed = encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                + "." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC with SHA-256 is missing from this Java", e);
        }
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
