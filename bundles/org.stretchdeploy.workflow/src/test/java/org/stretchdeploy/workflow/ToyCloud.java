package org.stretchdeploy.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** A cloud of named things with tags: enough to see orphans, duplicates and lost replies. */
final class ToyCloud {
    /** Name of a thing to the tag of the step that made it. */
    final Map<String, String> things = new TreeMap<>();

    final List<String> log = new ArrayList<>();
    final Map<String, Integer> failuresLeft = new TreeMap<>();
    final Map<String, Integer> lostReplies = new TreeMap<>();
    int pollsUntilUp = 2;
    /** Called inside every action, with the number of the call. */
    IntConsumer onCall = call -> {};

    record Plan(List<String> machines, boolean withExtra) {}

    Workflow<Plan> workflow(InterruptionPolicy policy) {
        return workflow(policy, false);
    }

    /** The same, but it stops at a failure before the pivot. */
    Workflow<Plan> stopping() {
        return workflow(InterruptionPolicy.COMPENSATE, true);
    }

    private Workflow<Plan> workflow(InterruptionPolicy policy, boolean stops) {
        return Workflow.define("toy", Workflow.version(1))
                .input(Plan.class)
                .onInterruption(policy)
                .stopOnFailure(plan -> stops)
                .step("1.1", "create-vapp", "Create the vApp", create("vapp"))
                .undo(delete("vapp"))
                .await("1.2", "vapp-up", "Wait for the vApp", this::up, Duration.ofMinutes(2))
                .step("1.3", "extra", "Create the extra", create("extra"))
                .undo(delete("extra"))
                .when("with-extra", scope -> scope.input().withExtra())
                .forEach(Plan::machines, (machine, rows) -> rows.step(
                                "2." + machine, "copy-" + machine, "Copy " + machine, create("copy-" + machine))
                        .undo(delete("copy-" + machine)))
                .pivot("3.1", "start-target", "Start the target", create("target"))
                .step("3.2", "retire-source", "Retire the source", create("retired"))
                .retryForever()
                .build();
    }

    Workflow<Plan> workflow() {
        return workflow(InterruptionPolicy.COMPENSATE);
    }

    private StepResult up(StepScope<Plan> scope) {
        return pollsUntilUp-- > 0 ? StepResult.again(Duration.ofSeconds(3)) : StepResult.done();
    }

    StepAction<Plan> create(String name) {
        return scope -> {
            log.add("create " + name + " " + scope.attempt());
            onCall.accept(log.size());
            StepResult failure = failure("create " + name);
            if (failure != null) {
                return failure;
            }
            String holder = things.putIfAbsent(name, scope.tag());
            if (holder != null && !holder.equals(scope.tag())) {
                throw new AssertionError(name + " made twice: " + holder + " and " + scope.tag());
            }
            return lostReplies.merge("create " + name, -1, Integer::sum) >= 0
                    ? StepResult.retry("reply-lost", "no answer")
                    : StepResult.done("id-" + name, "id of " + name);
        };
    }

    StepAction<Plan> delete(String name) {
        return scope -> {
            log.add("delete " + name + " " + scope.attempt());
            onCall.accept(log.size());
            StepResult failure = failure("delete " + name);
            if (failure != null) {
                return failure;
            }
            things.remove(name, scope.tag());
            return StepResult.done();
        };
    }

    private StepResult failure(String call) {
        Integer left = failuresLeft.get(call);
        if (left == null || left == 0) {
            return null;
        }
        failuresLeft.put(call, left - 1);
        return left > 1000
                ? StepResult.failed("broken", call + " is broken")
                : StepResult.retry("busy", call + ": busy");
    }
}
