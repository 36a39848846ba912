package org.stretchdeploy.rest.internal;

import java.time.Duration;
import java.util.Hashtable;
import javax.servlet.Servlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;

/** Puts the REST servlet on the whiteboard while the services that it translates for are there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = RestSettings.PID)
@Designate(ocd = RestSettings.class)
public final class RestComponent {
    private final RestServlet servlet;
    private final ServiceRegistration<Servlet> registration;

    @Activate
    public RestComponent(
            BundleContext bundle,
            RestSettings settings,
            @Reference StretchDeploy stretchDeploy,
            @Reference Clouds clouds) {
        servlet = new RestServlet(
                stretchDeploy, clouds, Duration.ofSeconds(settings.keepAliveSeconds()), settings.maxFollowers());
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.http.whiteboard.servlet.name", "stretch-rest");
        properties.put("osgi.http.whiteboard.servlet.pattern", RestServlet.PATH + "/*");
        registration = bundle.registerService(Servlet.class, servlet, properties);
    }

    @Deactivate
    public void stop() {
        registration.unregister();
        servlet.shutdown();
    }
}
