package org.stretchdeploy.vendor.vcd.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Tasks;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Follows tasks, and takes the second step of work that has two. Thread-safe. */
final class VcdTasks {
    private final Entities entities;
    private final Api api;

    VcdTasks(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    TaskStatus status(CloudTask task) {
        if (task.id().isEmpty()) {
            return TaskStatus.succeeded(task.owner());
        }
        Work work = Work.parse(task.id().get());
        TaskStatus told = read(work, task.owner());
        if (told.state() != TaskStatus.State.SUCCEEDED || work.next().isEmpty()) {
            return told;
        }
        return switch (work.next().get()) {
            case DELETE -> deleted(work.argument(), told);
            case DELETE_ITEM -> itemDeleted(work.argument(), told);
            case OWNER_VM -> owned(told, vmOwner(work.argument()));
            case OWNER_TEMPLATE -> owned(told, templateOwner(work.argument(), told));
            case OWNER_IN_DETAILS -> told;
        };
    }

    private TaskStatus read(Work work, Optional<ObjectId> known) {
        Elem task = api.get(work.task());
        Optional<ObjectId> owner = known.or(() -> owner(work, task));
        return new TaskStatus(Tasks.state(task), Tasks.percent(task), Tasks.text(task), owner, Tasks.failure(task));
    }

    private Optional<ObjectId> owner(Work work, Elem task) {
        if (work.next().equals(Optional.of(Work.Next.OWNER_IN_DETAILS))) {
            String details = task.text("Details");
            return details.matches("[A-Za-z0-9:_-]{1,200}") ? Optional.of(new ObjectId(details)) : Optional.empty();
        }
        return Tasks.ownerHref(task).map(entities::id);
    }

    private static TaskStatus owned(TaskStatus told, Optional<ObjectId> owner) {
        return new TaskStatus(told.state(), told.percent(), told.text(), owner.or(told::owner), told.failure());
    }

    private Optional<ObjectId> vmOwner(String argument) {
        return api.find(path(argument))
                .flatMap(vApp -> VAppDocuments.vm(vApp, name(argument)))
                .map(entities::id);
    }

    private Optional<ObjectId> templateOwner(String argument, TaskStatus told) {
        if (told.owner()
                .filter(owner -> owner.value().startsWith("/api/vAppTemplate/"))
                .isPresent()) {
            return told.owner();
        }
        return new CatalogItems(entities)
                .template(path(argument), name(argument))
                .map(entities::id);
    }

    private static String path(String argument) {
        return argument.substring(0, Math.max(0, argument.indexOf(' ')));
    }

    private static String name(String argument) {
        return URLDecoder.decode(argument.substring(argument.indexOf(' ') + 1), StandardCharsets.UTF_8);
    }

    /** Deletes what was undeployed; called on every poll, so it looks first. */
    private TaskStatus deleted(String path, TaskStatus told) {
        Optional<Elem> entity = api.find(path);
        if (entity.isEmpty()) {
            return told;
        }
        Optional<Elem> busy = Tasks.unfinishedOf(entity.get());
        if (busy.isEmpty()) {
            Optional<CloudException> failure = entity.flatMap(VcdTasks::failedDelete);
            if (failure.isPresent()) {
                return new TaskStatus(TaskStatus.State.FAILED, 50, told.text(), told.owner(), failure);
            }
            try {
                Optional<Work> started = entities.work(api.write("DELETE", path));
                if (started.isEmpty()) {
                    return told;
                }
            } catch (CloudException e) {
                return e.category() == CloudException.Category.NOT_FOUND ? told : refused(told, e);
            }
        }
        return new TaskStatus(TaskStatus.State.RUNNING, 50, "deleting", told.owner(), Optional.empty());
    }

    private static TaskStatus refused(TaskStatus told, CloudException e) {
        if (e.retryable()) {
            return new TaskStatus(TaskStatus.State.RUNNING, 50, "waiting to delete", told.owner(), Optional.empty());
        }
        return new TaskStatus(TaskStatus.State.FAILED, 50, told.text(), told.owner(), Optional.of(e));
    }

    private static Optional<CloudException> failedDelete(Elem entity) {
        return entity.at("Tasks").flatMap(tasks -> tasks.children("Task").stream()
                .filter(task ->
                        task.attribute("operationName").toLowerCase(Locale.ROOT).contains("delete"))
                .flatMap(task -> Tasks.failure(task).stream())
                .findFirst());
    }

    private TaskStatus itemDeleted(String path, TaskStatus told) {
        if (api.find(path).isPresent()) {
            Reply reply = api.tryWrite("DELETE", path);
            boolean gone = reply.ok() || reply.status() == 403 || reply.status() == 404;
            if (!gone) {
                return refused(told, api.refusal(path, reply));
            }
        }
        return told;
    }

    void cancel(CloudTask task) {
        if (task.id().isEmpty()) {
            return;
        }
        String path = Work.parse(task.id().get()).task();
        if (Tasks.unfinished(api.get(path))) {
            Reply reply = api.tryWrite("POST", path + "/action/cancel");
            if (!reply.ok() && Tasks.unfinished(api.get(path))) {
                throw api.refusal(path, reply);
            }
        }
    }
}
