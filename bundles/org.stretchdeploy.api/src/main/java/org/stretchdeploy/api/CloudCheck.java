package org.stretchdeploy.api;

import java.time.Duration;
import java.util.List;

/**
 * What a look at a registered cloud found; nothing is written.
 *
 * @param product    product and version as the cloud tells them
 * @param apiVersion the version of the API that is spoken
 * @param clockSkew  the cloud's clock minus ours
 * @param vdcs       names of the organization VDCs that our account sees
 */
public record CloudCheck(
        CloudName cloud,
        boolean usable,
        String product,
        String apiVersion,
        Duration clockSkew,
        List<String> vdcs,
        List<Finding> findings) {}
