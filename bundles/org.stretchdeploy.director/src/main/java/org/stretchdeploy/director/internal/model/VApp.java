package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;

/** A vApp; its machines point to it. */
public final class VApp extends Entity {
    public String vdcId = "";
    public String ownerId = "";
    public Progress progress = Progress.CREATING;
    /** Switched on although it may be empty: its edges run. */
    public boolean activated;

    public long deploymentLeaseSeconds;
    public long storageLeaseSeconds;
    public List<StartupItem> startup = new ArrayList<>();
    /** A finished export of this vApp, empty when there is none. */
    public String downloadId = "";

    /** How far its creation is. */
    public enum Progress {
        CREATING,
        READY,
        FAILED
    }

    /** One line of the start order. */
    public record StartupItem(
            String vmName,
            int order,
            String startAction,
            int startDelaySeconds,
            String stopAction,
            int stopDelaySeconds,
            boolean waitingForGuest) {}

    @Override
    public Kind kind() {
        return Kind.VAPP;
    }
}
