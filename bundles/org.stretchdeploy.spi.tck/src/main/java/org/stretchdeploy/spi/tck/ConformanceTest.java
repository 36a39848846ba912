package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.Vm;

/** What all parts of the kit share: making, waiting, refusing, cleaning up. One instance examines one rule. */
public abstract class ConformanceTest {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final int MOST_RETRIES = 200;
    private final Deque<Runnable> cleaning = new ArrayDeque<>();

    /** The cloud under examination. */
    protected ConformanceSubject subject;

    protected Cloud cloud;

    /** Id of this test's own operation. */
    protected String operation;

    /** Gives the cloud to examine; called before every test. */
    protected abstract ConformanceSubject subject();

    @BeforeEach
    final void openSubject() {
        subject = subject();
        cloud = subject.cloud();
        operation = "kit-" + Long.toString(System.nanoTime(), 36) + "-" + COUNTER.incrementAndGet();
    }

    @AfterEach
    final void clean() {
        Throwable first = null;
        while (!cleaning.isEmpty()) {
            try {
                cleaning.pop().run();
            } catch (RuntimeException | AssertionError e) {
                first = first == null ? e : first;
            }
        }
        assertThat(first).as("cleaning up with the cloud's own deletions").isNull();
    }

    /** Something to take away after the test; the last comes first. */
    protected final void later(Runnable work) {
        cleaning.push(work);
    }

    protected final Tag tag(String purpose) {
        return new Tag(operation, purpose);
    }

    protected final String name(String word) {
        return operation + "-" + word;
    }

    protected final boolean has(Capability capability) {
        return cloud.capabilities().contains(capability);
    }

    /** Repeats a call while the cloud says that it may work a little later. */
    protected final <T> T call(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (CloudException e) {
                if (!e.retryable() || attempt >= MOST_RETRIES) {
                    throw e;
                }
                subject.pause();
            }
        }
    }

    /** Calls and waits for the end, whatever it is. */
    protected final TaskStatus ended(Supplier<CloudTask> work) {
        return ended(call(work));
    }

    protected final TaskStatus ended(CloudTask task) {
        for (int poll = 0; poll < subject.mostPolls(); poll++) {
            TaskStatus status = call(() -> cloud.status(task));
            assertThat(status.percent()).as("percent").isBetween(0, 100);
            if (status.ended()) {
                return status;
            }
            subject.pause();
        }
        throw new AssertionError("the task did not end: " + task);
    }

    /** Calls, waits for success, and returns the owner. */
    protected final ObjectId done(Supplier<CloudTask> work) {
        CloudTask task = call(work);
        TaskStatus status = ended(task);
        assertThat(status.state())
                .as(() -> "end of task: " + status.text()
                        + status.failure().map(f -> " " + f.getMessage()).orElse(""))
                .isEqualTo(TaskStatus.State.SUCCEEDED);
        return status.owner().or(task::owner).orElse(null);
    }

    /**
     * Asserts a refusal, at once or as the end of the task: a CloudException of one of the categories, with a sentence.
     */
    protected final CloudException refused(Supplier<CloudTask> work, Category... categories) {
        return refused(Set.of(categories), () -> {
            TaskStatus status = ended(work);
            if (status.failure().isPresent()) {
                throw status.failure().get();
            }
        });
    }

    protected final CloudException refused(Set<Category> categories, ThrowingCallable work) {
        Throwable thrown = catchThrowable(work);
        assertThat(thrown).as("a refusal").isInstanceOf(CloudException.class);
        CloudException refusal = (CloudException) thrown;
        assertThat(refusal.category()).as(refusal.getMessage()).isIn(categories);
        assertThat(refusal.getMessage()).as("a sentence for people").isNotBlank();
        assertThat(refusal.code()).as("a code for programs").isNotBlank();
        return refusal;
    }

    /** Asserts what a cloud answers that has not declared the capability. */
    protected final void refusedFor(Capability capability, ThrowingCallable work) {
        CloudException refusal = refused(Set.of(Category.USER), work);
        assertThat(refusal.code())
                .as("refusal of what is not declared: " + capability)
                .isNotBlank();
    }

    protected final void refusedFor(Capability capability, Supplier<CloudTask> work) {
        refusedFor(capability, (ThrowingCallable) () -> {
            TaskStatus status = ended(work);
            if (status.failure().isPresent()) {
                throw status.failure().get();
            }
        });
    }

    /** An isolated network, which every cloud has. */
    protected final NetworkSpec isolated(String networkName) {
        return new NetworkSpec(networkName, "", FenceMode.ISOLATED, Optional.empty(), Optional.of(subnet()), false);
    }

    /** A network behind an edge. */
    protected final NetworkSpec routed(String networkName) {
        return new NetworkSpec(
                networkName, "", FenceMode.NAT_ROUTED, Optional.of(subject.network()), Optional.of(subnet()), false);
    }

    protected static Subnet subnet() {
        return new Subnet("10.99.7.1", 24, List.of("10.99.7.1"), "kit.example", List.of("10.99.7.100-10.99.7.199"));
    }

    /** Makes a vApp that is deleted after the test. */
    protected final ObjectId vApp(String word, NetworkSpec... networks) {
        Tag made = tag(word);
        ObjectId id =
                done(() -> cloud.vApps().create(subject.vdc(), new VAppSpec(name(word), "", List.of(networks)), made));
        assertThat(id).as("the owner of the task is the vApp").isNotNull();
        later(() -> deleteVApp(id));
        return id;
    }

    protected final void deleteVApp(ObjectId id) {
        done(() -> cloud.vApps().delete(id));
    }

    protected final Catalogs.Template template() {
        return cloud.catalogs()
                .template(subject.catalog(), subject.template())
                .orElseThrow(() -> new AssertionError("the subject has no template " + subject.template()));
    }

    /** Makes a stopped vApp with the template's VM. */
    protected final ObjectId vAppWithVm(String word) {
        ObjectId source = template().id();
        Tag made = tag(word);
        ObjectId id = done(() -> cloud.vApps().instantiate(subject.vdc(), name(word), source, made));
        assertThat(id).as("the owner of the task is the vApp").isNotNull();
        later(() -> deleteVApp(id));
        return id;
    }

    protected final VApp read(ObjectId vApp) {
        return call(() -> cloud.inventory().vApp(vApp));
    }

    /** The only VM of a vApp. */
    protected final Vm onlyVm(ObjectId vApp) {
        List<Vm> vms = read(vApp).vms();
        assertThat(vms).hasSize(1);
        return vms.get(0);
    }

    /** The VM's first NIC, on a network with an address, with a MAC address of the kit's own. */
    protected final List<Vm.Nic> nics(Vm vm, String network, String address, boolean connected) {
        Vm.Nic first = vm.nics().get(0);
        String mac = String.format(
                Locale.ROOT,
                "02:0a:0b:%02x:%02x:%02x",
                COUNTER.incrementAndGet() & 255,
                System.nanoTime() >> 8 & 255,
                System.nanoTime() & 255);
        return List.of(new Vm.Nic(
                first.index(),
                network,
                mac,
                Optional.of(address),
                Vm.Allocation.MANUAL,
                connected,
                true,
                first.adapter()));
    }
}
