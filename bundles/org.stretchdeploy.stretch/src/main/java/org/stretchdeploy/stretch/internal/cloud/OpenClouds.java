package org.stretchdeploy.stretch.internal.cloud;

import org.stretchdeploy.spi.Cloud;

/** Gives a logged-in cloud by its registered name. The same one is shared by all users; do not close it. */
public interface OpenClouds {
    /**
     * @throws org.stretchdeploy.api.StretchException NOT_FOUND for an unknown name
     * @throws org.stretchdeploy.spi.CloudException when it cannot be opened
     */
    Cloud open(String name);
}
