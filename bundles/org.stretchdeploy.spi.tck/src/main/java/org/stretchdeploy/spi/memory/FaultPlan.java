package org.stretchdeploy.spi.memory;

/** Decides about every writing call; asked with the cloud's lock held, so it must not call the cloud. */
@FunctionalInterface
public interface FaultPlan {
    /** Nothing ever goes wrong. */
    FaultPlan NONE = call -> Fault.NONE;

    Fault at(RecordedCall call);

    /**
     * One fault at the n-th writing call, counted from 1 since the cloud was made or {@link MemoryCloud#clearCalls}.
     */
    static FaultPlan at(int number, Fault fault) {
        return call -> call.number() == number ? fault : Fault.NONE;
    }

    /** One fault at every call of an operation, for instance {@code VApps.create}. */
    static FaultPlan on(String operation, Fault fault) {
        return call -> call.operation().equals(operation) ? fault : Fault.NONE;
    }
}
