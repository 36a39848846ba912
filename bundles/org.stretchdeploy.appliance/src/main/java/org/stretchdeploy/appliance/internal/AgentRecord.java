package org.stretchdeploy.appliance.internal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is kept about an agent.
 *
 * @param id the agent
 * @param tokens one-time tokens that were handed out
 * @param keyDigest SHA-256 of the public key that it enrolled with; null before
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record AgentRecord(String id, List<Token> tokens, String keyDigest) {
    private static final int TOKEN_LIMIT = 8;

    /**
     * A token, of which only the digest is kept.
     *
     * @param digest SHA-256 of the token
     * @param expires its end
     * @param usedBy SHA-256 of the public key that used it; null before. The same key may use it again: its reply may
     *     have been lost
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Token(String digest, Instant expires, String usedBy) {}

    AgentRecord {
        tokens = tokens == null ? List.of() : List.copyOf(tokens);
    }

    AgentRecord withToken(String digest, Instant expires, Instant now) {
        List<Token> kept = new ArrayList<>(tokens);
        kept.removeIf(token -> now.isAfter(token.expires()));
        while (kept.size() >= TOKEN_LIMIT) {
            kept.remove(0);
        }
        kept.add(new Token(digest, expires, null));
        return new AgentRecord(id, kept, keyDigest);
    }

    /** The record after a key used a token; empty when it may not. */
    Optional<AgentRecord> used(String tokenDigest, String key, Instant now) {
        List<Token> after = new ArrayList<>();
        boolean found = false;
        for (Token token : tokens) {
            boolean free = token.usedBy() == null || token.usedBy().equals(key);
            if (Secrets.same(token.digest(), tokenDigest) && free && now.isBefore(token.expires())) {
                found = true;
                after.add(new Token(token.digest(), token.expires(), key));
            } else {
                after.add(token);
            }
        }
        return found ? Optional.of(new AgentRecord(id, after, key)) : Optional.empty();
    }
}
