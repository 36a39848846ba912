package org.stretchdeploy.spi;

import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;

/** What it takes to log in. */
public record CloudAccount(CloudRegistration registration, Secret password) {}
