package org.stretchdeploy.director.internal.model;

/** A network of the provider that leads out of the cloud. */
public final class ExternalNetwork extends Entity {
    public IpScope scope;
    public String attachTo = "";

    @Override
    public Kind kind() {
        return Kind.EXTERNAL_NETWORK;
    }
}
