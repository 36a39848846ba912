package org.stretchdeploy.vendor.vcd.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Tasks;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** What all roles do with entities, their ids and the tasks in answers. Thread-safe. */
final class Entities {
    private static final Pattern UUID =
            Pattern.compile("([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$");

    private final Api api;

    Entities(Api api) {
        this.api = api;
    }

    Api api() {
        return api;
    }

    /** The id of what a link leads to: its path without a slash at the end. */
    ObjectId id(String href) {
        String path = api.path(href);
        return new ObjectId(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    ObjectId id(Elem entity) {
        return id(entity.attribute("href"));
    }

    /**
     * The path behind an id.
     *
     * @param prefix what it must start with
     * @throws CloudException NOT_FOUND when the id is not of this kind
     */
    String path(ObjectId id, String prefix) {
        String path = id.value();
        if (path.startsWith(prefix) && UUID.matcher(path).find() && path.indexOf('/', prefix.length()) < 0) {
            return path;
        }
        throw noSuch();
    }

    String vApp(ObjectId id) {
        return path(id, "/api/vApp/vapp-");
    }

    String vm(ObjectId id) {
        return path(id, "/api/vApp/vm-");
    }

    static CloudException noSuch() {
        return new CloudException(
                "not-found", CloudException.Category.NOT_FOUND, "There is no such object in this cloud.");
    }

    static String uuid(String pathOrUrn) {
        Matcher matcher = UUID.matcher(pathOrUrn);
        if (!matcher.find()) {
            throw noSuch();
        }
        return matcher.group(1);
    }

    /** Follows an entity that is wanted as it is: its unfinished task, or done. */
    CloudTask settled(Elem entity, ObjectId owner) {
        return Tasks.unfinishedOf(entity)
                .map(task -> work(task).running(Optional.of(owner)))
                .orElseGet(() -> CloudTask.done(owner));
    }

    Work work(Elem task) {
        return Work.of(id(task).value());
    }

    /** The work that an answer to a write stands for; empty when all is done. */
    Optional<Work> work(Reply reply) {
        if (!reply.empty()) {
            return Tasks.in(reply.xml()).map(this::work);
        }
        return reply.header("Location")
                .map(this::id)
                .filter(id -> id.value().startsWith("/api/task/"))
                .map(id -> Work.of(id.value()));
    }

    CloudTask task(Reply reply, ObjectId owner) {
        return work(reply).map(work -> work.running(Optional.of(owner))).orElseGet(() -> CloudTask.done(owner));
    }
}
