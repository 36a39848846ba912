package org.stretchdeploy.soap.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.transport.DestinationFactoryManager;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;

/**
 * Carries the endpoint at {@code /v1} of the path it is mapped to, on a CXF bus of its own, and gives the contract as
 * it was written, but for the address.
 */
public final class SoapServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Where the servlet is mapped; the version follows. */
    public static final String PATH = "/stretch/soap";

    private static final String VERSION = "/v1";
    private static final String CONTRACT = "wsdl/stretch-deploy-v1.wsdl";
    private static final String WRITTEN_ADDRESS = "https://localhost:8443" + PATH + VERSION;
    private static final String HTTP_TRANSPORT = "http://cxf.apache.org/transports/http";

    private final transient Bus bus;
    private final transient Server server;
    private final CXFNonSpringServlet carrier;

    public SoapServlet(StretchDeploy stretchDeploy, Clouds clouds) {
        var registry = new DestinationRegistryImpl();
        bus = new CXFBusFactory().createBus();
        // The caller is told what is wrong with its message; the log is not filled with it.
        bus.setProperty(FaultListener.class.getName(), (FaultListener) (exception, description, message) -> false);
        bus.getExtension(DestinationFactoryManager.class)
                .registerDestinationFactory(HTTP_TRANSPORT, new HTTPTransportFactory(registry));
        var factory = new JaxWsServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress(VERSION);
        factory.setServiceBean(new StretchDeployEndpoint(stretchDeploy, clouds));
        factory.setWsdlURL(
                SoapServlet.class.getClassLoader().getResource(CONTRACT).toString());
        factory.setProperties(Map.of("schema-validation-enabled", "IN"));
        factory.getOutFaultInterceptors().add(new SenderFaults());
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
        if (request.getUserPrincipal() == null) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        } else if (!VERSION.equals(request.getPathInfo())) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        } else if (request.getMethod().equals("GET") && "wsdl".equalsIgnoreCase(request.getQueryString())) {
            giveContract(request, response);
        } else if (request.getMethod().equals("POST")) {
            carrier.service(request, response);
        } else {
            response.setHeader("Allow", "POST");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        }
    }

    private static void giveContract(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String contract;
        try (InputStream in = SoapServlet.class.getClassLoader().getResourceAsStream(CONTRACT)) {
            contract = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String address = request.getRequestURL().toString().replaceAll("[&<>\"']", "");
        byte[] body = contract.replace(WRITTEN_ADDRESS, address).getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/xml;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
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
