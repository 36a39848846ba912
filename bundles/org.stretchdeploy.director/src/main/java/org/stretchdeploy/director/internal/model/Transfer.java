package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;

/** A folder of the transfer area. */
public final class Transfer {
    public String id = "";
    public boolean upload;
    public String orgId = "";
    /** The template or vApp. */
    public String entityId = "";

    public String taskId = "";
    public boolean manifestRequired;
    public List<TransferFile> files = new ArrayList<>();
    /** Names of the exported descriptors' package, for the archives. */
    public String packageName = "";

    public long touched = System.currentTimeMillis();

    /** A file that is being received; a size of -1 is not known before the bytes are there. */
    public static final class TransferFile {
        public String name = "";
        public long size = -1;
        public long bytesTransferred;
        public boolean complete;

        public TransferFile() {}

        public TransferFile(String name, long size) {
            this.name = name;
            this.size = size;
        }
    }

    public TransferFile file(String name) {
        return files.stream().filter(f -> f.name.equals(name)).findFirst().orElse(null);
    }
}
