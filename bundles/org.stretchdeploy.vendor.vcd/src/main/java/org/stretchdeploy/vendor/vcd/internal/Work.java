package org.stretchdeploy.vendor.vcd.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;

/**
 * The text of a task in the journal: the path of the cloud's task and, where one task is not all, what comes after it:
 * {@code /api/task/<id>#<next>:<argument>}. Nothing else has to be remembered, so a task can be followed to its end also
 * by another process.
 *
 * @param task     path of the cloud's task
 * @param argument what {@code next} is about, see {@link Next}
 */
record Work(String task, Optional<Next> next, String argument) {
    private static final Pattern TEXT =
            Pattern.compile("(/api/task/[A-Za-z0-9-]{1,64})(?:#([a-z-]{1,20}):(.{1,3000}))?");

    /** What follows the task. */
    enum Next {
        /** Delete the object of this path. */
        DELETE("delete"),
        /** Delete the catalog item of this path, unless it went with its template. */
        DELETE_ITEM("delete-item"),
        /** Nothing to do; the owner is the VM {@code <vApp path> <name>}. */
        OWNER_VM("owner-vm"),
        /** Nothing to do; the owner is the template {@code <catalog path> <name>}. */
        OWNER_TEMPLATE("owner-template"),
        /** Nothing to do; the owner is told in the details of the task. */
        OWNER_IN_DETAILS("owner-in-details");

        private final String word;

        Next(String word) {
            this.word = word;
        }

        static Next of(String word) {
            for (Next next : values()) {
                if (next.word.equals(word)) {
                    return next;
                }
            }
            throw unknown();
        }
    }

    static Work of(String taskPath) {
        return new Work(taskPath, Optional.empty(), "");
    }

    Work then(Next following, String about) {
        return new Work(task, Optional.of(following), about);
    }

    /** @throws CloudException NOT_FOUND when it is no task of ours */
    static Work parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw unknown();
        }
        return matcher.group(2) == null
                ? of(matcher.group(1))
                : of(matcher.group(1)).then(Next.of(matcher.group(2)), matcher.group(3));
    }

    private static CloudException unknown() {
        return new CloudException(
                "unknown-task", CloudException.Category.NOT_FOUND, "There is no such task in this cloud.");
    }

    String text() {
        return next.map(n -> task + "#" + n.word + ":" + argument).orElse(task);
    }

    CloudTask running(Optional<ObjectId> owner) {
        return CloudTask.running(text(), owner);
    }

    /** An argument of a path and a name. */
    static String pathAndName(String path, String name) {
        return path + " " + Api.encode(name);
    }
}
