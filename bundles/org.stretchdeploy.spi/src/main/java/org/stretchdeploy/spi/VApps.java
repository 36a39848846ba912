package org.stretchdeploy.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes and changes vApps and the VMs in them. */
public interface VApps {
    /**
     * Makes a vApp without VMs. Idempotent by tag; a vApp of this name without our tag is CONFLICT.
     * The owner of the task is the vApp.
     */
    CloudTask create(ObjectId vdc, VAppSpec spec, Tag tag);

    /** Makes a stopped vApp from a template, with all NICs on no network. Idempotent by tag. */
    CloudTask instantiate(ObjectId vdc, String name, ObjectId template, Tag tag);

    /** Deletes a vApp with everything in it, stopping it first. Absent is done. */
    CloudTask delete(ObjectId vApp);

    /** Starts the vApp's edges and VMs. A cloud that cannot start an empty vApp returns a task that is done. */
    CloudTask powerOnVApp(ObjectId vApp);

    /** Makes an undeployed vApp of a stopped one (VMs are powered off). */
    CloudTask undeployVApp(ObjectId vApp);

    /** Adds a network to a vApp. One of the same name and shape is done; of another shape CONFLICT. */
    CloudTask addNetwork(ObjectId vApp, NetworkSpec network);

    /** Removes a network from a vApp. Absent is done. */
    CloudTask removeNetwork(ObjectId vApp, String network);

    /**
     * Brings a VM into a vApp: a copy, or the VM itself. Idempotent: a VM of that name with the same tag (copy), or the
     * VM itself already there (move), is done. The source has to be off and undeployed.
     */
    CloudTask addVm(ObjectId vApp, VmSpec vm, Tag tag);

    /** Deletes a VM from its vApp; it has to be off. Absent is done. */
    CloudTask deleteVm(ObjectId vm);

    /** Starts a VM with what it needs of its vApp's edges. On already is done. */
    CloudTask powerOn(ObjectId vm);

    /** Switches a VM off at once and undeploys it. Off already is done. */
    CloudTask powerOff(ObjectId vm);

    /** Asks the guest to shut down, then undeploys the VM. Clouds that cannot ask switch it off. */
    CloudTask shutdown(ObjectId vm);

    /** Sets all NICs of a VM to the given values. MAC addresses only change while it is off. */
    CloudTask setNics(ObjectId vm, List<Vm.Nic> nics);

    /** Sets name and description of a VM. */
    CloudTask describeVm(ObjectId vm, String name, String description);

    /** Sets values of OVF properties of a VM, before it is started. */
    CloudTask setProperties(ObjectId vm, Map<String, String> properties);

    /** Sets the start order entries of a vApp. */
    CloudTask setStartup(ObjectId vApp, List<VApp.Startup> startup);

    /** Sets a user metadata value of a vApp or VM. */
    CloudTask setMetadata(ObjectId object, String key, String value);

    /** Removes a user metadata value. Absent is done. */
    CloudTask removeMetadata(ObjectId object, String key);

    /**
     * Marks a VM as fenced: another copy of it lives elsewhere. A cloud that has a rule for the mark refuses to start the
     * VM and to plug in its NICs, whoever asks, until {@link #unfence}; it can be switched off, unplugged, moved (the mark
     * goes with it) and deleted, and its copies are not fenced. The mark is no user metadata. Marked already is done.
     *
     * @param why a few words for the cloud's people, without a secret
     */
    default CloudTask fence(ObjectId vm, String why) {
        throw unsupportedFence();
    }

    /** Takes the mark away. Absent, or a VM that is not there, is done. */
    default CloudTask unfence(ObjectId vm) {
        throw unsupportedFence();
    }

    private static CloudException unsupportedFence() {
        return new CloudException(
                "unsupported", CloudException.Category.USER, "This cloud cannot mark a VM as fenced.");
    }

    /** @param description kept as it is; the adapter adds the tag */
    record VAppSpec(String name, String description, List<NetworkSpec> networks) {}

    /**
     * @param parent name of the organization VDC network, for BRIDGED and NAT_ROUTED
     * @param subnet for ISOLATED and NAT_ROUTED
     */
    record NetworkSpec(
            String name,
            String description,
            VAppNetwork.FenceMode fenceMode,
            Optional<String> parent,
            Optional<Subnet> subnet,
            boolean retainAddresses) {}

    /** Whether a VM is copied or taken. */
    enum Mode {
        COPY,
        MOVE
    }

    /**
     * @param source      a VM of a vApp or of a template
     * @param nics        values to give to its NICs, by index; empty: on no network
     * @param localId     identity inside the vApp to keep
     * @param description the VM's description; the adapter adds the tag only for a COPY
     */
    record VmSpec(
            ObjectId source, String name, Mode mode, String description, List<Vm.Nic> nics, Optional<String> localId) {}
}
