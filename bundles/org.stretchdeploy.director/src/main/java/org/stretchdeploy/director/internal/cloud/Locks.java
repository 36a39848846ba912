package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vm;

/** What an operation holds while it runs. */
public final class Locks {
    private Locks() {}

    /** A vApp with all its machines. */
    public static List<String> of(CloudState s, VApp vapp) {
        List<String> all = new ArrayList<>();
        requireIdle(s, vapp);
        all.add(vapp.id);
        s.vmsOf(vapp.id).forEach(v -> {
            requireIdle(s, v);
            all.add(v.id);
        });
        return all;
    }

    /** A machine; its vApp must not be held as a whole. */
    public static List<String> of(CloudState s, Vm vm) {
        VApp vapp = s.vapps.get(vm.containerId);
        if (vapp != null) {
            requireIdle(s, vapp);
        }
        requireIdle(s, vm);
        return List.of(vm.id);
    }

    public static List<String> of(CloudState s, Template template) {
        if (s.busy(template.id)) {
            throw ApiException.busy("vAppTemplate", template.name);
        }
        return List.of(template.id);
    }

    private static void requireIdle(CloudState s, VApp vapp) {
        if (s.busy(vapp.id)) {
            throw ApiException.busy("vApp", vapp.name);
        }
    }

    private static void requireIdle(CloudState s, Vm vm) {
        if (s.busy(vm.id)) {
            throw ApiException.busy("VM", vm.name);
        }
    }
}
