package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;

/** A long-running operation. While it runs it holds the entities named in {@link #locks}. */
public final class Task extends Entity {
    public String operationName = "";
    /** Progressive tense while running, past tense after. */
    public String operation = "";

    public String operationDone = "";
    public Ref owner;
    public String userId = "";
    public String userName = "";
    public String orgId = "";
    public Status status = Status.RUNNING;
    public long ended;
    public boolean cancelRequested;
    public String details = "";
    public int errorMajor;
    public String errorMinor = "";
    public String errorMessage = "";
    public List<String> locks = new ArrayList<>();
    /** No thread works on it: it waits for bytes that a client uploads. */
    public boolean waitsForClient;

    public int progress;

    /** States of the API. */
    public enum Status {
        RUNNING("running"),
        SUCCESS("success"),
        ERROR("error"),
        ABORTED("aborted");

        public final String word;

        Status(String word) {
            this.word = word;
        }
    }

    public boolean running() {
        return status == Status.RUNNING;
    }

    @Override
    public Kind kind() {
        return Kind.TASK;
    }
}
