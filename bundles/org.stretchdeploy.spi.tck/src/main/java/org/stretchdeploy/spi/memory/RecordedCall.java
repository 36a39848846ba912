package org.stretchdeploy.spi.memory;

import java.util.Optional;
import org.stretchdeploy.spi.Tag;

/**
 * A writing call that reached the cloud.
 *
 * @param number    from 1
 * @param cloud     name of the cloud
 * @param operation role and method, for instance {@code VApps.create}
 * @param target    what it is about, for people
 */
public record RecordedCall(int number, String cloud, String operation, String target, Optional<Tag> tag) {
    @Override
    public String toString() {
        return "#" + number + " " + cloud + " " + operation + " " + target
                + tag.map(t -> " " + t.text()).orElse("");
    }
}
