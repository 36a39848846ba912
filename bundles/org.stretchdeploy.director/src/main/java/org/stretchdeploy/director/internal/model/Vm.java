package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A machine of a vApp or of a template. */
public final class Vm extends Entity {
    /** The vApp or template. */
    public String containerId = "";

    public boolean inTemplate;
    /** VAppScopedLocalId: names the machine in NAT and firewall rules of its vApp. */
    public String localId = UUID.randomUUID().toString();

    public String biosUuid = UUID.randomUUID().toString();
    public int cpus = 1;
    public int coresPerSocket = 1;
    public int memoryMb = 256;
    public String osType = "other3xLinux64Guest";
    public String hardwareVersion = "vmx-14";
    public boolean poweredOn;
    /** Resources are held; a machine that is on is always deployed. */
    public boolean deployed;

    /** Frames of it were kept out although it is fenced: somebody has started it past the director. Not kept on disk. */
    public transient boolean heard;

    public List<VmDisk> disks = new ArrayList<>();
    public List<Nic> nics = new ArrayList<>();
    public int primaryNic;
    public GuestCustomization customization = GuestCustomization.off("");
    public List<ProductSection> products = new ArrayList<>();
    public boolean needsCustomization;

    @Override
    public Kind kind() {
        return inTemplate ? Kind.TEMPLATE_VM : Kind.VM;
    }

    /** Status number of the API. */
    public int status() {
        return poweredOn ? 4 : 8;
    }

    public long diskBytes() {
        return disks.stream().mapToLong(VmDisk::capacityBytes).sum();
    }
}
