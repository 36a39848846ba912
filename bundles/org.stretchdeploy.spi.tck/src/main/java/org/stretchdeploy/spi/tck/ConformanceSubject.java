package org.stretchdeploy.spi.tck;

import java.time.Duration;
import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.ObjectId;

/**
 * A cloud to be examined, and what the kit may use of it. The kit makes its own objects with names that begin with
 * {@code kit-} and takes them away again; it changes nothing else but the services of the edge gateway, which it
 * restores.
 */
public interface ConformanceSubject {
    CloudVendor vendor();

    /** An account that works. */
    CloudAccount account();

    /** Opened with the account; the same object for all tests of a class is fine. The kit does not close it. */
    Cloud cloud();

    /** Id of a VDC where vApps with VMs may be made. */
    ObjectId vdc();

    /** Name of an organization VDC network of that VDC with a subnet and a few free addresses. */
    String network();

    /** Id of the edge gateway of that VDC. */
    ObjectId edgeGateway();

    /** Id of a catalog that may be written. */
    ObjectId catalog();

    /**
     * Name of a ready template in that catalog with one VM: at least one disk and one NIC, small, with a guest that may
     * do anything or nothing.
     */
    String template();

    /**
     * Id of nothing, in the cloud's own form.
     *
     * @param kind {@code VApp, Vm, VAppTemplate, Catalog, EdgeGateway, OrgVdc}
     */
    ObjectId absent(String kind);

    /** A handle on a task that the cloud never had, in the cloud's own form. */
    default CloudTask absentTask() {
        return CloudTask.running("00000000-0000-4000-8000-000000000000", Optional.empty());
    }

    /** Whether this cloud has a rule for the fence, and refuses to start and to plug in what bears it. */
    default boolean refusesFenced() {
        return false;
    }

    /** Called between two polls: real time for a real cloud, nothing for one without time of its own. */
    void pause();

    /** How often the kit polls before it gives up. */
    default int mostPolls() {
        return 2000;
    }

    /** The longest that a call may take in real time before it returns its task. */
    default Duration callBudget() {
        return Duration.ofSeconds(20);
    }
}
