package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.VApps.Mode;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.VApps.VmSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.spi.tck.Spoilt.Wrong;

/** The test of the kit: adapters with one fault each, and the rule that must find it. */
class BrokenAdaptersTest {
    private static MemoryCloud good() {
        return ShopClouds.target("public")
                .with(Capability.L2_VPN)
                .template("packages", "tiny", "guest")
                .build();
    }

    private static Arguments broken(String name, String rule, Class<?> role, Wrong wrong) {
        Supplier<ConformanceSubject> subject = () -> Spoilt.subject(good(), role, wrong);
        return Arguments.of(name, rule, subject);
    }

    /** Wrong in one method; everything else as it should be. */
    private static Arguments broken(String name, String rule, Class<?> role, String method, Wrong wrong) {
        return broken(
                name,
                rule,
                role,
                (called, arguments, real) ->
                        called.getName().equals(method) ? wrong.call(called, arguments, real) : real.with(arguments));
    }

    private static Arguments withoutTagLookUp(String rule) {
        Supplier<ConformanceSubject> subject = () -> new MemorySubject(ShopClouds.target("public")
                .withoutTagLookUp()
                .template("packages", "tiny", "guest")
                .build());
        return Arguments.of("looks for no tag", rule, subject);
    }

    @ParameterizedTest(name = "{0}: rule {1}")
    @MethodSource({"access", "vApps", "vms", "catalogs", "edges", "tasks"})
    void theKitFindsIt(String name, String rule, Supplier<ConformanceSubject> subject) {
        int chapter = Integer.parseInt(rule.substring(0, rule.indexOf('.')));
        KitRun.Outcome outcome = KitRun.of(subject, chapter);
        assertThat(outcome.failedRule(rule)).as("failed: " + outcome.failed()).isTrue();
        assertThat(outcome.failed()).as("not everything fails").hasSizeLessThan(outcome.ran());
    }

    private static CloudException refusal(Category category, String message) {
        return new CloudException("broken", category, message);
    }

    static Stream<Arguments> access() {
        return Stream.of(
                broken(
                        "takes any password",
                        "1.3",
                        CloudVendor.class,
                        "open",
                        (method, arguments, real) -> real.with(new CloudAccount(
                                ((CloudAccount) arguments[0]).registration(),
                                org.stretchdeploy.api.Secret.of("only-for-this-test")))),
                broken("tells the password", "1.6", Inventory.class, "vApp", (method, arguments, real) -> {
                    throw refusal(Category.NOT_FOUND, "Not found with only-for-this-test.");
                }),
                broken("wrong category", "2.4", Inventory.class, "vApp", (method, arguments, real) -> {
                    try {
                        return real.with(arguments);
                    } catch (CloudException e) {
                        throw refusal(Category.USER, e.getMessage());
                    }
                }),
                broken("foreign exception", "2.4", Inventory.class, "vApp", (method, arguments, real) -> {
                    try {
                        return real.with(arguments);
                    } catch (CloudException e) {
                        throw new IllegalStateException(e);
                    }
                }),
                tagsOnlyAfterwards(),
                broken("finds everybody's tags", "2.8", Inventory.class, "tagged", (method, arguments, real) -> {
                    String operation = (String) arguments[0];
                    return real.with(
                            operation.endsWith("x") ? operation.substring(0, operation.length() - 1) : operation);
                }));
    }

    /** Sets the tag when the object is finished, as with metadata after the creation. */
    private static Arguments tagsOnlyAfterwards() {
        Supplier<ConformanceSubject> subject = () -> {
            MemoryCloud good = good();
            return Spoilt.subject(
                    good,
                    Inventory.class,
                    (method, arguments, real) -> method.getName().equals("tagged") && good.runningTasks() > 0
                            ? List.of()
                            : real.with(arguments));
        };
        return Arguments.of("tags only afterwards", "2.7", subject);
    }

    static Stream<Arguments> vApps() {
        return Stream.of(
                withoutTagLookUp("3.1"),
                withoutTagLookUp("3.13"),
                broken("absent vApp is an error", "3.2", VApps.class, "delete", (method, arguments, real) -> {
                    CloudTask task = (CloudTask) real.with(arguments);
                    if (task.id().isEmpty()) {
                        throw refusal(Category.NOT_FOUND, "There is no such vApp.");
                    }
                    return task;
                }),
                broken("taken name is the user's fault", "3.3", VApps.class, "create", (method, arguments, real) -> {
                    try {
                        return real.with(arguments);
                    } catch (CloudException e) {
                        throw refusal(Category.USER, e.getMessage());
                    }
                }),
                broken("loses the description", "3.4", VApps.class, "create", (method, arguments, real) -> {
                    var spec = (VAppSpec) arguments[1];
                    return real.with(arguments[0], new VAppSpec(spec.name(), "", spec.networks()), arguments[2]);
                }),
                broken(
                        "forgets delays",
                        "3.10",
                        VApps.class,
                        "setStartup",
                        (method, arguments, real) -> CloudTask.done((ObjectId) arguments[0])));
    }

    static Stream<Arguments> vms() {
        return Stream.of(
                withoutTagLookUp("4.2"),
                broken("loses the MAC address of a copy", "4.1", VApps.class, "addVm", (method, arguments, real) -> {
                    var spec = (VmSpec) arguments[1];
                    List<Vm.Nic> nics = spec.nics().stream()
                            .map(n -> new Vm.Nic(
                                    n.index(), n.network(), "", n.address(), n.allocation(), true, true, n.adapter()))
                            .toList();
                    return real.with(
                            arguments[0],
                            new VmSpec(
                                    spec.source(), spec.name(), spec.mode(), spec.description(), nics, spec.localId()),
                            arguments[2]);
                }),
                broken("copies instead of moving", "4.4", VApps.class, "addVm", (method, arguments, real) -> {
                    var spec = (VmSpec) arguments[1];
                    return real.with(
                            arguments[0],
                            new VmSpec(
                                    spec.source(),
                                    spec.name(),
                                    Mode.COPY,
                                    spec.description(),
                                    spec.nics(),
                                    spec.localId()),
                            arguments[2]);
                }),
                broken("cannot start twice", "4.6", VApps.class, "powerOn", (method, arguments, real) -> {
                    CloudTask task = (CloudTask) real.with(arguments);
                    if (task.id().isEmpty()) {
                        throw refusal(Category.USER, "It is on already.");
                    }
                    return task;
                }),
                broken("cannot stop twice", "4.7", VApps.class, "powerOff", (method, arguments, real) -> {
                    CloudTask task = (CloudTask) real.with(arguments);
                    if (task.id().isEmpty()) {
                        throw refusal(Category.CONFLICT, "It is off already.");
                    }
                    return task;
                }),
                broken("always connects", "4.9", VApps.class, "setNics", (method, arguments, real) -> {
                    List<Vm.Nic> nics = new ArrayList<>();
                    for (Object nic : (List<?>) arguments[1]) {
                        Vm.Nic n = (Vm.Nic) nic;
                        nics.add(new Vm.Nic(
                                n.index(), n.network(), n.mac(), n.address(), n.allocation(), true, true, n.adapter()));
                    }
                    return real.with(arguments[0], nics);
                }),
                broken(
                        "works without the capability",
                        "4.1",
                        Cloud.class,
                        "capabilities",
                        (method, arguments, real) -> EnumSet.complementOf(EnumSet.of(Capability.COPY_VM))),
                broken("loses the local identity", "4.17", VApps.class, "addVm", (method, arguments, real) -> {
                    var spec = (VmSpec) arguments[1];
                    return real.with(
                            arguments[0],
                            new VmSpec(
                                    spec.source(),
                                    spec.name(),
                                    spec.mode(),
                                    spec.description(),
                                    spec.nics(),
                                    Optional.empty()),
                            arguments[2]);
                }));
    }

    static Stream<Arguments> catalogs() {
        return Stream.of(
                withoutTagLookUp("5.5"),
                broken("exports without identity", "5.8", Catalogs.class, "export", (method, arguments, real) -> {
                    var export = (Catalogs.Export) real.with(arguments);
                    String text = new String(export.descriptor(), StandardCharsets.UTF_8)
                            .replaceAll("<rasd:Address>[^<]*</rasd:Address>", "");
                    return new Catalogs.Export(
                            export.descriptorName(), text.getBytes(StandardCharsets.UTF_8), Optional.empty());
                }),
                broken("ignores the offset", "5.10", Catalogs.class, "read", (method, arguments, real) ->
                        (InputStream) real.with(arguments[0], arguments[1], 0L)),
                broken(
                        "uploads without the manifest",
                        "5.16",
                        Catalogs.class,
                        "beginUpload",
                        (method, arguments, real) -> real.with(arguments[0], arguments[1], false, arguments[3])),
                leaking());
    }

    /** Its captures leave a vApp behind. */
    private static Arguments leaking() {
        Supplier<ConformanceSubject> subject = () -> {
            MemoryCloud good = good();
            return Spoilt.subject(good, Catalogs.class, (method, arguments, real) -> {
                if (method.getName().equals("capture")) {
                    var spec = new VAppSpec("temporary " + arguments[2], "", List.of());
                    good.vApps().create(good.inventory().vdcs().get(0).id(), spec, new Tag("leak", "temporary"));
                }
                return real.with(arguments);
            });
        };
        return Arguments.of("leaves a temporary vApp", "5.17", subject);
    }

    static Stream<Arguments> edges() {
        return Stream.of(
                ignoringVersions(),
                broken(
                        "drops what others made",
                        "6.5",
                        Edges.class,
                        "apply",
                        (method, arguments, real) ->
                                real.with(arguments[0], onlyTagged((EdgeServices) arguments[1]), arguments[2])),
                broken("turns the order round", "6.6", Edges.class, "apply", (method, arguments, real) -> {
                    var wanted = (EdgeServices) arguments[1];
                    var rules = new ArrayList<>(wanted.firewall().rules());
                    Collections.reverse(rules);
                    return real.with(arguments[0], with(wanted, rules), arguments[2]);
                }),
                broken("numbers rules anew", "6.3", Edges.class, "apply", (method, arguments, real) -> {
                    var wanted = (EdgeServices) arguments[1];
                    List<FirewallRule> rules = wanted.firewall().rules().stream()
                            .map(r -> new FirewallRule(
                                    "",
                                    r.name(),
                                    r.enabled(),
                                    r.policy(),
                                    r.protocols(),
                                    r.source(),
                                    r.sourcePort(),
                                    r.destination(),
                                    r.destinationPort(),
                                    r.log()))
                            .toList();
                    return real.with(arguments[0], with(wanted, rules), arguments[2]);
                }));
    }

    private static Arguments ignoringVersions() {
        Supplier<ConformanceSubject> subject = () -> {
            MemoryCloud good = good();
            return Spoilt.subject(good, Edges.class, (method, arguments, real) -> {
                if (method.getName().equals("apply")) {
                    String now = good.edges()
                            .read((Edges.EdgeReference) arguments[0])
                            .version();
                    return real.with(arguments[0], arguments[1], now);
                }
                return real.with(arguments);
            });
        };
        return Arguments.of("ignores the version", "6.4", subject);
    }

    private static EdgeServices onlyTagged(EdgeServices services) {
        return with(
                services,
                services.firewall().rules().stream()
                        .filter(rule -> Tag.in(rule.name()).isPresent()
                                || services.firewall().rules().size() == 1)
                        .toList());
    }

    private static EdgeServices with(EdgeServices services, List<FirewallRule> rules) {
        return new EdgeServices(
                new EdgeServices.Firewall(
                        services.firewall().enabled(),
                        services.firewall().defaultPolicy(),
                        services.firewall().logDefault(),
                        rules),
                services.nat(),
                services.dhcp(),
                services.routes());
    }

    static Stream<Arguments> tasks() {
        return Stream.of(
                broken("blocks", "8.1", VApps.class, "instantiate", (method, arguments, real) -> {
                    long until = System.nanoTime() + 600_000_000L;
                    while (System.nanoTime() < until) {
                        LockSupport.parkNanos(until - System.nanoTime());
                    }
                    return real.with(arguments);
                }),
                broken("does not know the owner", "8.5", Cloud.class, (method, arguments, real) -> {
                    Object result = real.with(arguments);
                    if (result instanceof TaskStatus status) {
                        return new TaskStatus(
                                status.state(),
                                status.percent(),
                                status.text(),
                                Optional.of(new ObjectId("wrong")),
                                status.failure());
                    }
                    return result;
                }),
                broken("invents tasks", "8.2", Cloud.class, "status", (method, arguments, real) -> {
                    try {
                        return real.with(arguments);
                    } catch (CloudException e) {
                        return TaskStatus.succeeded(Optional.empty());
                    }
                }),
                broken("cannot cancel what has ended", "8.6", Cloud.class, "cancel", (method, arguments, real) -> {
                    throw refusal(Category.CONFLICT, "It has ended.");
                }));
    }
}
