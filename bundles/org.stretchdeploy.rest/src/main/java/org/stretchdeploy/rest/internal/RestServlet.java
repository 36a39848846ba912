package org.stretchdeploy.rest.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.jaxrs.json.JacksonJsonProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.RoleFilter;
import org.stretchdeploy.rest.internal.problem.Problem;
import org.stretchdeploy.rest.internal.problem.ProblemMapper;
import org.stretchdeploy.rest.internal.problem.Problems;
import org.stretchdeploy.rest.internal.resource.CloudsResource;
import org.stretchdeploy.rest.internal.resource.EventsResource;
import org.stretchdeploy.rest.internal.resource.HealthResource;
import org.stretchdeploy.rest.internal.resource.MetricsResource;
import org.stretchdeploy.rest.internal.resource.OpenApiResource;
import org.stretchdeploy.rest.internal.resource.OperationsResource;
import org.stretchdeploy.rest.internal.resource.PlansResource;
import org.stretchdeploy.rest.internal.resource.StretchedResource;
import org.stretchdeploy.rest.internal.resource.TunnelsResource;
import org.stretchdeploy.rest.internal.resource.VendorsResource;

/**
 * Carries the resources under {@code /v1} of the path it is mapped to. It has its own CXF bus, so that neither its
 * settings nor its endpoints mix with those of others in the container. Stands behind the gate.
 */
public final class RestServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Where the servlet is mapped; the version follows. */
    public static final String PATH = "/stretch/api";

    private static final String VERSION = "/v1";

    private final transient ObjectMapper json = ApiJson.mapper();
    private final transient Bus bus;
    private final transient Server server;
    private final CXFNonSpringServlet carrier;

    public RestServlet(StretchDeploy stretchDeploy, Clouds clouds, Duration keepAlive, int maxFollowers) {
        var registry = new DestinationRegistryImpl();
        bus = new CXFBusFactory().createBus();
        // Failures are told by the problem mapper; a caller that hangs up is no reason for a stack trace in the log.
        bus.setProperty(FaultListener.class.getName(), (FaultListener) (exception, description, message) -> false);
        var mapper = new ProblemMapper(json);
        var factory = new JAXRSServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress(VERSION);
        factory.setDestinationFactory(new HTTPTransportFactory(registry));
        factory.setServiceBeans(List.of(
                new CloudsResource(clouds),
                new VendorsResource(clouds),
                new PlansResource(stretchDeploy),
                new OperationsResource(stretchDeploy),
                new EventsResource(stretchDeploy, json, keepAlive, maxFollowers),
                new StretchedResource(stretchDeploy),
                new TunnelsResource(stretchDeploy),
                new MetricsResource(stretchDeploy),
                new HealthResource(stretchDeploy),
                new OpenApiResource(OpenApiDocument.generate(PATH + VERSION, json))));
        factory.setProviders(List.of(
                new JacksonJsonProvider(json), mapper, new ProblemMapper.OfWebApplication(mapper), new RoleFilter()));
        server = factory.create();
        carrier = new CXFNonSpringServlet(registry, false);
        carrier.setBus(bus);
    }

    @Override
    public void init() throws ServletException {
        carrier.init(getServletConfig());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String path = request.getPathInfo();
        if (path != null && path.startsWith(VERSION + "/")) {
            carrier.service(request, response);
        } else {
            Problem problem = Problems.ofStatus(404);
            response.setStatus(problem.status());
            response.setContentType(Problem.MEDIA_TYPE);
            response.getOutputStream().write(ProblemMapper.write(json, problem));
        }
    }

    @Override
    public void destroy() {
        carrier.destroy();
    }

    /** Ends the endpoint; the servlet answers no more. */
    public void shutdown() {
        server.destroy();
        bus.shutdown(false);
    }
}
