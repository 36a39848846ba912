package org.stretchdeploy.soap.internal;

import java.util.Hashtable;
import javax.servlet.Servlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;

/** Puts the SOAP servlet on the whiteboard while the services that it translates for are there. */
@Component(
        service = {},
        immediate = true)
public final class SoapComponent {
    private final SoapServlet servlet;
    private final ServiceRegistration<Servlet> registration;

    @Activate
    public SoapComponent(BundleContext bundle, @Reference StretchDeploy stretchDeploy, @Reference Clouds clouds) {
        servlet = new SoapServlet(stretchDeploy, clouds);
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.http.whiteboard.servlet.name", "stretch-soap");
        properties.put("osgi.http.whiteboard.servlet.pattern", SoapServlet.PATH + "/*");
        registration = bundle.registerService(Servlet.class, servlet, properties);
    }

    @Deactivate
    public void stop() {
        registration.unregister();
        servlet.shutdown();
    }
}
