package org.stretchdeploy.director.internal.cloud;

import java.nio.file.Path;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.store.Store;

/**
 * The parts that every operation works with.
 *
 * @param transferFolder where packages are received and offered
 */
public record Cloud(
        DirectorConfig config, Store store, Tasks tasks, Host host, Provisioner provisioner, Path transferFolder) {}
