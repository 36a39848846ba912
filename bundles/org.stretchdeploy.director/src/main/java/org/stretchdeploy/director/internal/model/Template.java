package org.stretchdeploy.director.internal.model;

/** A vApp template. Its networks are {@link VAppNetwork}s owned by it. */
public final class Template extends Entity {
    public String vdcId = "";
    public String ownerId = "";
    /** Status number of the API: 0 being filled, 8 ready, -1 failed. */
    public int status;

    public boolean descriptorUploaded;
    /** False: an instance keeps addresses as they were ("identical copy"). */
    public boolean customizeOnInstantiate;

    public String uploadId = "";
    public String downloadId = "";

    @Override
    public Kind kind() {
        return Kind.TEMPLATE;
    }
}
