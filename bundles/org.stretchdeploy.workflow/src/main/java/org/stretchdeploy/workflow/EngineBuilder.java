package org.stretchdeploy.workflow;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.workflow.internal.DefaultWorkflowEngine;
import org.stretchdeploy.workflow.internal.ThreadPoolDispatcher;
import org.stretchdeploy.workflow.internal.sql.DbSchedulerDispatcher;
import org.stretchdeploy.workflow.internal.sql.SqlJournal;

/** The parts an engine is made of; each has a default but the journal. The engine closes dispatcher and journal. */
public final class EngineBuilder {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Journal journal;
    private Clock clock = Clock.systemUTC();
    private Optional<Dispatcher> dispatcher = Optional.empty();
    private Optional<Database> shared = Optional.empty();
    private Supplier<OperationId> ids;
    private String node = "node";
    private int threads = 4;
    private Duration stopGrace = Duration.ofSeconds(10);
    private Duration watchInterval = Duration.ofSeconds(5);
    private Optional<Executor> eventExecutor = Optional.empty();

    EngineBuilder(Journal journal) {
        this.journal = journal;
        this.ids = () -> randomId(clock);
    }

    EngineBuilder(Database database, boolean closes) {
        this(new SqlJournal(database, closes));
        this.shared = Optional.of(database).filter(each -> !each.settings().embedded());
    }

    public EngineBuilder clock(Clock newClock) {
        this.clock = newClock;
        return this;
    }

    /** Default: a small thread pool in this process, or leases in the database when other nodes may share it. */
    public EngineBuilder dispatcher(Dispatcher newDispatcher) {
        this.dispatcher = Optional.of(newDispatcher);
        return this;
    }

    /** Where new operation ids come from; the only source of randomness. */
    public EngineBuilder ids(Supplier<OperationId> newIds) {
        this.ids = newIds;
        return this;
    }

    /** Name of this node, the same after a restart, different from that of every node on the same journal. */
    public EngineBuilder node(String name) {
        this.node = name;
        return this;
    }

    /** Size of the default dispatcher's pool. */
    public EngineBuilder threads(int count) {
        this.threads = count;
        return this;
    }

    /** How long close waits for running actions before it interrupts them; default 10 s. */
    public EngineBuilder stopGrace(Duration grace) {
        this.stopGrace = grace;
        return this;
    }

    /** How often stalls are looked for; zero: only when {@link DefaultWorkflowEngine#watch()} is called by a test. */
    public EngineBuilder watchInterval(Duration interval) {
        this.watchInterval = interval;
        return this;
    }

    /** Where listeners are called; default: one thread. Must keep the order. */
    public EngineBuilder eventExecutor(Executor executor) {
        this.eventExecutor = Optional.of(executor);
        return this;
    }

    public WorkflowEngine start() {
        Dispatcher chosen = dispatcher.orElseGet(() -> shared.<Dispatcher>map(
                        database -> new DbSchedulerDispatcher(database, clock, node, threads, stopGrace))
                .orElseGet(() -> new ThreadPoolDispatcher(clock, threads, stopGrace)));
        return new DefaultWorkflowEngine(journal, chosen, clock, ids, node, watchInterval, eventExecutor);
    }

    /** 40 bits of time and 40 of chance, 16 characters, sortable by time. */
    private static OperationId randomId(Clock clock) {
        long time = clock.millis() / 1000;
        byte[] chance = new byte[5];
        RANDOM.nextBytes(chance);
        long value = 0;
        for (byte b : chance) {
            value = value << 8 | b & 0xff;
        }
        return new OperationId(base32(time, 7) + "-" + base32(value, 8));
    }

    private static String base32(long value, int digits) {
        String alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        char[] text = new char[digits];
        for (int i = digits - 1; i >= 0; i--) {
            text[i] = alphabet.charAt((int) (value & 31));
            value >>>= 5;
        }
        return new String(text);
    }
}
