package org.stretchdeploy.director.internal.cloud;

import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.MetadataEntry;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Vm;

/**
 * The cell's own rule about fenced machines: one whose metadata has the key {@value #KEY}, in whichever domain, lives on
 * elsewhere with the same addresses. It is neither started nor plugged in. It can be switched off, unplugged, moved and
 * deleted, and a copy of it is not fenced, because a copy gets addresses of its own where these are taken.
 */
public final class Fences {
    public static final String KEY = "stretch.fenced";

    private Fences() {}

    static boolean fenced(Vm vm) {
        return vm.metadata.containsKey(KEY);
    }

    /** @throws ApiException when one of the machines is fenced */
    static void requireNone(List<Vm> vms, String operation) {
        vms.stream().filter(Fences::fenced).findFirst().ifPresent(vm -> {
            throw refusal(vm, operation);
        });
    }

    /** @throws ApiException when a card of a fenced machine would be connected that was not before */
    static void requireUnplugged(Vm vm, List<Nic> before, List<Nic> after) {
        boolean plugs = after.stream()
                .filter(n -> n.onNetwork() && n.connected())
                .anyMatch(n -> before.stream()
                        .noneMatch(o -> o.index() == n.index()
                                && o.connected()
                                && o.network().equals(n.network())));
        if (plugs && fenced(vm)) {
            throw refusal(vm, "connect a network card");
        }
    }

    private static ApiException refusal(Vm vm, String operation) {
        MetadataEntry mark = vm.metadata.get(KEY);
        return new ApiException(
                400,
                "OPERATION_NOT_PERMITTED",
                "The operation \"" + operation + "\" is not permitted on VM \"" + vm.name + "\": it is fenced ("
                        + mark.value() + "), because the same machine with the same addresses runs in another cloud. "
                        + "Bring that one back instead.");
    }
}
