package org.stretchdeploy.vendor.vcd.internal;

import org.osgi.service.component.annotations.Component;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Settings;

/** The adapter for VMware Cloud Director 10.2 to 10.6. Its settings are described at {@link Settings}. */
@Component(service = CloudVendor.class, property = "stretch.vendor=vcd")
public final class VcdVendor implements CloudVendor {
    @Override
    public String name() {
        return "vcd";
    }

    @Override
    public Cloud open(CloudAccount account) {
        Api api = Api.open(account, Settings.of(account.registration().settings()));
        try {
            return new VcdCloud(api);
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }
}
