package org.stretchdeploy.stretch.internal.register;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.stretchdeploy.spi.ObjectId;

/**
 * Fenced machines that somebody has started, as far as they are known: what the alarm is made of, and the claim that
 * keeps the fence watch and an operation that opens the fence apart. Writes are durable when they return. Thread-safe.
 */
public interface FenceBreaches {
    List<Breach> all();

    Optional<Breach> find(String cloud, ObjectId vm);

    /** Changes the record of one machine; absent is empty, before and after. No change of another caller is lost. */
    Optional<Breach> update(String cloud, ObjectId vm, UnaryOperator<Optional<Breach>> change);

    /**
     * Whether an operation may open this machine's fence now. It has journalled that it will, and whoever takes a claim
     * looks into the journal afterwards: so one of the two sees the other.
     */
    default boolean free(String cloud, ObjectId vm, Instant now) {
        return find(cloud, vm).filter(b -> b.claimed(now)).isEmpty();
    }

    /**
     * @param cloud     name of the cloud where the machine is fenced
     * @param name      its name
     * @param stretch   id of the stretch
     * @param since     when it was first seen to run
     * @param announced whether the alarm was raised
     * @param mendedAt  when it was seen off and unplugged again
     * @param claim     who is acting on it now, and until when at most
     */
    record Breach(
            String cloud,
            ObjectId vm,
            String name,
            String stretch,
            Instant since,
            boolean announced,
            Optional<Instant> mendedAt,
            Optional<Claim> claim) {
        public static Breach of(String cloud, ObjectId vm, String name, String stretch, Instant since) {
            return new Breach(cloud, vm, name, stretch, since, false, Optional.empty(), Optional.empty());
        }

        public boolean claimed(Instant now) {
            return claim.filter(c -> now.isBefore(c.until())).isPresent();
        }

        public Breach claimedBy(Optional<Claim> by) {
            return new Breach(cloud, vm, name, stretch, since, announced, mendedAt, by);
        }

        public Breach told() {
            return new Breach(cloud, vm, name, stretch, since, true, mendedAt, claim);
        }

        public Breach mended(Instant at) {
            return new Breach(cloud, vm, name, stretch, since, announced, Optional.of(at), claim);
        }
    }

    /** @param watch which fence watch; @param until it may act no longer then, and others may */
    record Claim(String watch, Instant until) {}
}
