package org.stretchdeploy.director.internal.api;

import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.view.TaskView;

/** Tasks. */
final class TaskHandler {
    private final Handlers handlers;

    TaskHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get("/api/task/{id}", this::get);
        routes.post("/api/task/{id}/action/cancel", Right.USE, this::cancel);
        routes.get(
                "/api/tasksList/{id}",
                c -> handlers.read(c, (s, a) -> Response.ok(new TaskView(s, c.hrefs()).list(a.org(c.id("id")).id))));
    }

    private Response get(Call call) {
        return handlers.read(call, (s, access) -> {
            Task task = access.task(call.id("id"));
            // Shown only, not kept: how far the work is lives with the thread that does it.
            task.progress = handlers.cloud().tasks().progress(task);
            return Response.ok(new TaskView(s, call.hrefs()).task(task));
        });
    }

    private Response cancel(Call call) {
        return handlers.update(call, (s, access) -> {
            Task task = access.task(call.id("id"));
            handlers.cloud().tasks().cancel(s, task);
            if (task.waitsForClient) {
                handlers.uploads().cancelled(s, task);
            }
            return Response.of(204);
        });
    }
}
