package org.stretchdeploy.tunnel.internal.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * What members of a pair and their voters at the other end say to each other.
 *
 * @param kind which
 * @param stamp when the asking member sent the {@link Kind#ASK}, by its clock; the {@link Kind#REPLY} brings it back
 * @param wants ask: would take the lease
 * @param holds ask: holds it already
 * @param fitness ask: how fit the member is, more is better
 * @param process reply: random number of the process that asked; its successor must not take the answer for its own
 * @param granted reply: the lease lasts from the stamp
 * @param holder reply: to whom the voter granted last, 0 the primary, 1 the secondary, -1 nobody yet
 * @param freeMicros reply: until another promise of the voter lapses
 * @param rival reply: how fit the other member is that would take the lease, -1 when there is none
 * @param present reply: one bit per member of the asking end that would take the lease
 * @param nonces reply: the processes at the asking end, hexadecimal
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LeaseMessage(
        Kind kind,
        long stamp,
        boolean wants,
        boolean holds,
        int fitness,
        long process,
        boolean granted,
        int holder,
        long freeMicros,
        int rival,
        int present,
        List<String> nonces) {
    /** What it is. */
    public enum Kind {
        /** A member asks for the lease, again and again. */
        @JsonProperty("ask")
        ASK,
        /** A voter's answer. */
        @JsonProperty("reply")
        REPLY,
        /** A member has stopped forwarding. */
        @JsonProperty("release")
        RELEASE
    }

    public LeaseMessage {
        Objects.requireNonNull(kind, "kind");
        nonces = nonces == null ? List.of() : List.copyOf(nonces);
    }

    public static LeaseMessage ask(long stamp, boolean wants, boolean holds, int fitness) {
        return new LeaseMessage(Kind.ASK, stamp, wants, holds, fitness, 0, false, -1, 0, -1, 0, null);
    }

    public static LeaseMessage release(long stamp) {
        return new LeaseMessage(Kind.RELEASE, stamp, false, false, 0, 0, false, -1, 0, -1, 0, null);
    }
}
