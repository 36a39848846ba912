package org.stretchdeploy.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;

/** Work that somebody of the lab has a cloud do, past the controller. */
final class CloudWork {
    private CloudWork() {}

    /** Starts work and waits for its end; a busy cloud is asked again. Gives what the work made, if anything. */
    static Optional<ObjectId> finish(Cloud cloud, CloudSite site, Supplier<CloudTask> work) {
        CloudTask[] task = new CloudTask[1];
        Wait.until(Duration.ofSeconds(60), "the cloud to accept work", () -> {
            try {
                task[0] = work.get();
                return true;
            } catch (CloudException e) {
                if (e.retryable()) {
                    return false;
                }
                throw e;
            }
        });
        TaskStatus[] last = new TaskStatus[1];
        if (task[0].id().isPresent()) {
            Wait.until(Duration.ofSeconds(120), "a task of the cloud", () -> {
                last[0] = cloud.status(task[0]);
                return last[0].ended();
            });
            if (last[0].state() != TaskStatus.State.SUCCEEDED) {
                throw new LabException("a task of cloud " + site.name() + " failed: "
                        + last[0].failure().map(Throwable::getMessage).orElse(last[0].text()));
            }
            return last[0].owner().or(task[0]::owner);
        }
        return task[0].owner();
    }
}
