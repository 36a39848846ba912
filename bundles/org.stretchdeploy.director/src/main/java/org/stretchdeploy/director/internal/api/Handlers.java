package org.stretchdeploy.director.internal.api;

import java.util.function.BiFunction;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Captures;
import org.stretchdeploy.director.internal.cloud.Cloud;
import org.stretchdeploy.director.internal.cloud.Compositions;
import org.stretchdeploy.director.internal.cloud.Deletions;
import org.stretchdeploy.director.internal.cloud.Downloads;
import org.stretchdeploy.director.internal.cloud.Moves;
import org.stretchdeploy.director.internal.cloud.Power;
import org.stretchdeploy.director.internal.cloud.Reconfiguration;
import org.stretchdeploy.director.internal.cloud.TransferArea;
import org.stretchdeploy.director.internal.cloud.Uploads;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.view.TaskView;

/** What the handlers of all resource groups share: the operations, and how their answers are made. */
public record Handlers(
        Cloud cloud,
        Power power,
        Compositions compositions,
        Deletions deletions,
        Captures captures,
        Reconfiguration reconfiguration,
        Uploads uploads,
        Downloads downloads,
        Moves moves) {

    public static Handlers of(Cloud cloud) {
        TransferArea area = new TransferArea(cloud.transferFolder());
        Power power = new Power(cloud);
        Deletions deletions = new Deletions(cloud, area);
        return new Handlers(
                cloud,
                power,
                new Compositions(cloud, power, deletions),
                deletions,
                new Captures(cloud, deletions),
                new Reconfiguration(cloud),
                new Uploads(cloud, area),
                new Downloads(cloud, area),
                new Moves(cloud));
    }

    /** Answers from the state as it is. */
    Response read(Call call, BiFunction<CloudState, Access, Response> answer) {
        return cloud.store().read(s -> answer.apply(s, new Access(s, call.principal())));
    }

    /** Changes the state and answers from what it has become. */
    Response update(Call call, BiFunction<CloudState, Access, Response> change) {
        return cloud.store().update(s -> change.apply(s, new Access(s, call.principal())));
    }

    /** Starts a task and answers 202 with it. */
    Response task(Call call, BiFunction<CloudState, Access, Task> start) {
        return update(call, (s, access) -> accepted(call, s, start.apply(s, access)));
    }

    static Response accepted(Call call, CloudState s, Task task) {
        return Response.created(202, new TaskView(s, call.hrefs()).task(task));
    }

    /** For changes that are done at once where the API answers with a task. */
    Task done(CloudState s, Call call, org.stretchdeploy.director.internal.cloud.Tasks.Spec spec) {
        Task task = cloud.tasks().create(s, call.principal(), spec);
        org.stretchdeploy.director.internal.cloud.Tasks.end(task, Task.Status.SUCCESS, 0, "", "");
        return task;
    }
}
