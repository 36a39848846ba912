package org.stretchdeploy.director.internal.view;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Tasks. */
public final class TaskView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(90);
    private final CloudState state;
    private final Hrefs hrefs;

    public TaskView(CloudState state, Hrefs hrefs) {
        this.state = state;
        this.hrefs = hrefs;
    }

    public XmlElement task(Task task) {
        String href = hrefs.of(task);
        XmlElement element = XmlElement.vcloud("Task")
                .attribute("cancelRequested", task.cancelRequested)
                .attribute("expiryTime", Times.text(task.created + KEPT_MILLIS))
                .attribute("operation", task.operation)
                .attribute("operationName", task.operationName)
                .attribute("serviceNamespace", "com.vmware.vcloud")
                .attribute("startTime", Times.text(task.created))
                .attribute("endTime", task.running() ? null : Times.text(task.ended))
                .attribute("status", task.status.word)
                .attribute("name", "task")
                .attribute("id", Kind.TASK.urn(task.id))
                .attribute("href", href)
                .attribute("type", V + "task+xml");
        if (task.running()) {
            element.add(hrefs.link("task:cancel", null, href + "/action/cancel"));
        }
        element.add(hrefs.reference("Owner", task.owner));
        if (!task.errorMinor.isEmpty()) {
            element.add(XmlElement.vcloud("Error")
                    .attribute("majorErrorCode", task.errorMajor)
                    .attribute("minorErrorCode", task.errorMinor)
                    .attribute("message", task.errorMessage)
                    .attribute("stackTrace", ""));
        }
        element.add(hrefs.reference("User", Kind.USER, task.userId, task.userName));
        Organization org = state.orgs.get(task.orgId);
        if (org != null) {
            element.add(hrefs.reference("Organization", org));
        }
        element.child("Progress", task.status == Task.Status.SUCCESS ? 100 : task.progress);
        return element.child("Details", task.details);
    }

    /** The Tasks element of an entity: what runs, and the last one when it failed. */
    public Optional<XmlElement> tasksOf(String entityId) {
        List<Task> all = state.tasks.values().stream()
                .filter(t -> t.owner.id().equals(entityId) || t.running() && t.locks.contains(entityId))
                .sorted(Comparator.comparingLong(t -> t.created))
                .toList();
        XmlElement tasks = XmlElement.vcloud("Tasks");
        all.stream().filter(Task::running).forEach(t -> tasks.add(task(t)));
        if (tasks.children().isEmpty() && !all.isEmpty()) {
            Task last = all.get(all.size() - 1);
            if (last.status == Task.Status.ERROR || last.status == Task.Status.ABORTED) {
                tasks.add(task(last));
            }
        }
        return tasks.children().isEmpty() ? Optional.empty() : Optional.of(tasks);
    }

    public XmlElement list(String orgId) {
        XmlElement list = XmlElement.vcloud("TasksList")
                .attribute("name", "Tasks Lists")
                .attribute("href", hrefs.path("/api/tasksList/" + orgId))
                .attribute("type", V + "tasksList+xml");
        state.tasks.values().stream().filter(t -> t.orgId.equals(orgId)).forEach(t -> list.add(task(t)));
        return list;
    }
}
