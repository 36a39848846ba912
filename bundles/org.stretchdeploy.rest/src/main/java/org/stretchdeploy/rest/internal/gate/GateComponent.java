package org.stretchdeploy.rest.internal.gate;

import java.time.Clock;
import java.util.Hashtable;
import javax.servlet.Filter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.stretchdeploy.rest.internal.ApiJson;
import org.stretchdeploy.rest.internal.RestSettings;

/** Puts the gate in front of everything under {@code /stretch}, whichever bundle serves it. */
@Component(service = {}, immediate = true, configurationPid = RestSettings.PID)
public final class GateComponent {
    private final ServiceRegistration<Filter> registration;

    @Activate
    public GateComponent(BundleContext bundle, RestSettings settings) {
        var gate = new Gate(
                new RememberedLogins(new JaasPasswordCheck(settings.realm()), Clock.systemUTC()), new LoginThrottle(Clock.systemUTC()));
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.http.whiteboard.filter.name", "stretch-gate");
        properties.put("osgi.http.whiteboard.filter.pattern", "/stretch/*");
        properties.put("osgi.http.whiteboard.filter.asyncSupported", true);
        registration = bundle.registerService(
                Filter.class, new GateFilter(gate, settings.maxBodyBytes(), ApiJson.mapper()), properties);
    }

    @Deactivate
    public void stop() {
        registration.unregister();
    }
}
