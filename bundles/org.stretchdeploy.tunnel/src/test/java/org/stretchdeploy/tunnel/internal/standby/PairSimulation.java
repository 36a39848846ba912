package org.stretchdeploy.tunnel.internal.standby;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.stretchdeploy.tunnel.internal.wire.LeaseMessage;

/**
 * Two ends with one or two agents each, in simulated time: clocks that differ in offset and speed, messages that are late,
 * lost or overtaken, processes that stand still, die and start anew, links that are cut. After every event it looks
 * whether two agents of one end may forward.
 */
final class PairSimulation {
    static final long MILLI = 1_000_000;
    static final LeaseTimes TIMES = LeaseTimes.ofMillis(500);

    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Agent[][] ends;
    private final boolean[][] cut = new boolean[2][2];
    private long now;
    private long numbers;
    private long processes;
    /** Longest delay of a message and share of lost ones, in thousandths. */
    long delay = 3 * MILLI;

    int lossPermille;
    String violation = "";

    private record Event(long at, long number, Runnable action) {}

    /** One process after the other. */
    final class Agent {
        final int end;
        final int number;
        final long offset = random.nextLong();
        /** Millionths faster or slower than the right time. */
        final long drift = random.nextInt(40_001) - 20_000;

        final List<Runnable> waiting = new ArrayList<>();
        long process;
        PairMember member;
        boolean dead;
        boolean stopped;
        int fitness = 10;

        Agent(int end, int number) {
            this.end = end;
            this.number = number;
            start();
        }

        void start() {
            dead = false;
            stopped = false;
            waiting.clear();
            process = ++processes;
            int self = ends[end].length == 2 ? number : PairMember.ALONE;
            member = new PairMember(TIMES, self, ends[1 - end].length, process, clock(), new Random(random.nextLong()));
            tickLater(process);
        }

        void kill() {
            dead = true;
        }

        void stop() {
            stopped = true;
        }

        void go() {
            stopped = false;
            List<Runnable> missed = List.copyOf(waiting);
            waiting.clear();
            missed.forEach(Runnable::run);
        }

        long clock() {
            return offset + now + now * drift / 1_000_000;
        }

        boolean mayForward() {
            return !dead && member.holds(clock());
        }

        private void tickLater(long mine) {
            at(now + (10 + random.nextInt(20)) * MILLI, () -> {
                if (process == mine && !dead) {
                    run(() -> member.tick(fitness, clock(), this::send));
                    tickLater(mine);
                }
            });
        }

        private void run(Runnable action) {
            if (stopped) {
                waiting.add(action);
            } else {
                action.run();
            }
        }

        /** Some go two ways at once. */
        private void send(int peer, LeaseMessage message) {
            sendOnce(peer, message);
            if (random.nextInt(3) == 0) {
                sendOnce(peer, message);
            }
        }

        private void sendOnce(int peer, LeaseMessage message) {
            Agent target = ends[1 - end][peer];
            boolean lost = isCut(this, target) || random.nextInt(1000) < lossPermille;
            long from = process;
            long to = target.process;
            if (!lost) {
                at(now + 1 + (long) (random.nextDouble() * delay), () -> {
                    if (target.process == to && !target.dead && !isCut(this, target)) {
                        target.run(() -> target.member.arrived(number, from, message, target.clock(), target::send));
                    }
                });
            }
        }
    }

    PairSimulation(long seed, int agentsAtOne, int agentsAtOther) {
        random = new Random(seed);
        ends = new Agent[][] {new Agent[agentsAtOne], new Agent[agentsAtOther]};
        for (int end = 0; end < 2; end++) {
            for (int number = 0; number < ends[end].length; number++) {
                ends[end][number] = new Agent(end, number);
            }
        }
    }

    Random random() {
        return random;
    }

    Agent agent(int end, int number) {
        return ends[end][number];
    }

    Agent any() {
        int end = random.nextInt(2);
        return ends[end][random.nextInt(ends[end].length)];
    }

    private boolean isCut(Agent one, Agent other) {
        return one.end == 0 ? cut[one.number][other.number] : cut[other.number][one.number];
    }

    void cut(int one, int other, boolean on) {
        cut[one][other] = on;
    }

    private void at(long time, Runnable action) {
        events.add(new Event(time, numbers++, action));
    }

    /** Lets time pass. */
    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.poll();
            now = next.at;
            look();
            next.action.run();
            look();
        }
        now = end;
        look();
    }

    private void look() {
        for (Agent[] end : ends) {
            if (end.length == 2 && end[0].mayForward() && end[1].mayForward()) {
                violation = "both agents of end " + end[0].end + " may forward after " + now / MILLI + " ms";
            }
        }
    }

    /** The agent of an end that may forward, -1 when none. */
    int forwarding(int end) {
        for (Agent agent : ends[end]) {
            if (agent.mayForward() && !agent.stopped) {
                return agent.number;
            }
        }
        return -1;
    }

    /** How long it takes, in milliseconds, until a condition holds; at most the given time. */
    long millisUntil(java.util.function.BooleanSupplier condition, long limitMillis) {
        long start = now;
        while (!condition.getAsBoolean() && now - start < limitMillis * MILLI) {
            run(MILLI);
        }
        return (now - start) / MILLI;
    }

    /** Ends every fault. */
    void heal() {
        delay = 3 * MILLI;
        lossPermille = 0;
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
        for (Agent[] end : ends) {
            for (Agent agent : end) {
                if (agent.dead) {
                    agent.start();
                } else if (agent.stopped) {
                    agent.go();
                }
                agent.fitness = 10;
            }
        }
    }

    /** Some fault or the end of one. */
    void mishap() {
        Agent agent = any();
        switch (random.nextInt(9)) {
            case 0 -> agent.kill();
            case 1, 2 -> agent.start();
            case 3 -> agent.stop();
            case 4, 5 -> agent.go();
            case 6 -> cut(random.nextInt(2), random.nextInt(2), random.nextInt(3) > 0);
            case 7 -> {
                delay = 1 + (long) (random.nextDouble() * random.nextDouble() * 2000 * MILLI);
                lossPermille = random.nextInt(3) * random.nextInt(300);
            }
            default -> agent.fitness = random.nextInt(12);
        }
    }
}
