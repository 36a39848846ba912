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
@Component(
        service = {},
        immediate = true,
        configurationPid = RestSettings.PID)
public final class GateComponent {
    private final ServiceRegistration<Filter> gate;
    private final FallbackServlet notReady;

    @Activate
    public GateComponent(BundleContext bundle, RestSettings settings) {
        var clock = Clock.systemUTC();
        var passwords = new RememberedLogins(new JaasPasswordCheck(settings.realm()), clock);
        var filter = new GateFilter(
                new Gate(passwords, new LoginThrottle(clock)), settings.maxBodyBytes(), ApiJson.mapper());
        var filterProperties = new Hashtable<String, Object>();
        filterProperties.put("osgi.http.whiteboard.filter.name", "stretch-gate");
        filterProperties.put("osgi.http.whiteboard.filter.pattern", "/stretch/*");
        filterProperties.put("osgi.http.whiteboard.filter.asyncSupported", true);
        gate = bundle.registerService(Filter.class, filter, filterProperties);
        notReady = new FallbackServlet(bundle);
    }

    @Deactivate
    public void stop() {
        notReady.close();
        gate.unregister();
    }
}
