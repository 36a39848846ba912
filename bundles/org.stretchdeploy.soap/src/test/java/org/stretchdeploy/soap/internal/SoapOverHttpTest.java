package org.stretchdeploy.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.DispatcherType;
import javax.servlet.Filter;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.WebServiceException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.rest.fake.FakeClouds;
import org.stretchdeploy.rest.fake.FakeStretchDeploy;
import org.stretchdeploy.soap.internal.v1.Cloud;
import org.stretchdeploy.soap.internal.v1.DeployRequest;
import org.stretchdeploy.soap.internal.v1.FaultKind;
import org.stretchdeploy.soap.internal.v1.OnFailure;
import org.stretchdeploy.soap.internal.v1.OperationState;
import org.stretchdeploy.soap.internal.v1.ReturnRequest;
import org.stretchdeploy.soap.internal.v1.StretchDeployPort;
import org.stretchdeploy.soap.internal.v1.StretchDeployService;
import org.stretchdeploy.soap.internal.v1.StretchFault_Exception;
import org.stretchdeploy.soap.internal.v1.TunnelTransport;

/** A client generated from the contract against the servlet; the gate is stood in for by the header X-Role. */
class SoapOverHttpTest {
    private static final List<String> ROLES = List.of("viewer", "operator", "admin");

    private static final Server SERVER = new Server();
    private static final FakeStretchDeploy STRETCH_DEPLOY = new FakeStretchDeploy();
    private static SoapServlet servlet;
    private static String address;

    @BeforeAll
    static void start() throws Exception {
        servlet = new SoapServlet(STRETCH_DEPLOY, new FakeClouds());
        var connector = new ServerConnector(SERVER);
        connector.setHost("127.0.0.1");
        SERVER.addConnector(connector);
        var context = new ServletContextHandler();
        Filter gate = (request, response, chain) -> chain.doFilter(known((HttpServletRequest) request), response);
        context.addFilter(new FilterHolder(gate), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(servlet), SoapServlet.PATH + "/*");
        SERVER.setHandler(context);
        SERVER.start();
        address = "http://localhost:" + connector.getLocalPort() + SoapServlet.PATH + "/v1";
    }

    @AfterAll
    static void stop() throws Exception {
        SERVER.stop();
        servlet.shutdown();
    }

    private static HttpServletRequest known(HttpServletRequest request) {
        String role = request.getHeader("X-Role");
        Principal principal = role == null ? null : () -> role;
        return new HttpServletRequestWrapper(request) {
            @Override
            public Principal getUserPrincipal() {
                return principal;
            }

            @Override
            public boolean isUserInRole(String needed) {
                return ROLES.indexOf(needed) <= ROLES.indexOf(role);
            }
        };
    }

    private static StretchDeployPort as(String role) {
        var port = new StretchDeployService().getStretchDeployPort();
        var request = ((BindingProvider) port).getRequestContext();
        request.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, address);
        request.put(
                "javax.xml.ws.http.request.headers", new HashMap<>(Map.of("X-Role", new ArrayList<>(List.of(role)))));
        return port;
    }

    private static Cloud cloud(String name) {
        var cloud = new Cloud();
        cloud.setName(name);
        cloud.setVendor("vcd");
        cloud.setEndpoint("https://vcd.example");
        cloud.setOrganization("acme");
        cloud.setUser("u");
        return cloud;
    }

    private static DeployRequest deploy(String vApp) {
        var request = new DeployRequest();
        request.setSource("private");
        request.setVApp(vApp);
        request.setTarget("public");
        request.getVm().add("web");
        return request;
    }

    private static void assertFault(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, FaultKind kind, String code) {
        var fault = catchThrowableOfType(StretchFault_Exception.class, call).getFaultInfo();
        assertThat(fault.getCode()).isEqualTo(code);
        assertThat(fault.getKind()).isEqualTo(kind);
        assertThat(fault.getMessage()).isNotBlank();
    }

    @Test
    void aCloudIsRegisteredAndForgotten() throws Exception {
        assertThat(as("admin").registerCloud(cloud("one"), FakeClouds.PASSWORD).getClockSkewMillis())
                .isEqualTo(1500);
        assertThat(as("viewer").listClouds()).extracting(Cloud::getName).contains("one");
        assertThat(as("viewer").checkCloud("one").isUsable()).isTrue();
        assertFault(
                () -> as("admin").registerCloud(cloud("one"), FakeClouds.PASSWORD), FaultKind.CONFLICT, "cloud-exists");
        assertFault(() -> as("admin").registerCloud(cloud("two"), "wrong"), FaultKind.DENIED, "cloud-login-failed");
        as("admin").removeCloud("one");
        assertFault(() -> as("admin").removeCloud("one"), FaultKind.NOT_FOUND, "unknown-cloud");
    }

    @Test
    void aStoreThatIsAwayIsAFaultOfTheReceiverWithItsOwnKind() {
        STRETCH_DEPLOY.storeAway(true);
        try {
            assertFault(() -> as("operator").deploy(deploy("shop"), null), FaultKind.UNAVAILABLE, "store-unavailable");
            assertFault(() -> as("viewer").listOperations(1), FaultKind.UNAVAILABLE, "store-unavailable");
        } finally {
            STRETCH_DEPLOY.storeAway(false);
        }
    }

    @Test
    void anOperationIsPlannedStartedAndCancelled() throws Exception {
        var plan = as("viewer").planDeploy(deploy("shop"));
        assertThat(plan.isExecutable()).isTrue();
        assertThat(plan.getChange().get(0).getLine().get(0).getSign()).isEqualTo("+");
        var started = as("operator").deploy(deploy("shop"), "key-7");
        assertThat(as("operator").deploy(deploy("shop"), "key-7").getId()).isEqualTo(started.getId());
        assertThat(as("operator").cancel(started.getId()).isCancelRequested()).isTrue();
        STRETCH_DEPLOY.end(new OperationId(started.getId()), org.stretchdeploy.api.Operation.State.NEEDS_OPERATOR);
        var ended = as("viewer").getOperation(started.getId());
        assertThat(ended.getState()).isEqualTo(OperationState.NEEDS_OPERATOR);
        assertThat(ended.getEndedAt()).isAfter(ended.getSubmittedAt());
        assertThat(as("operator").retry(started.getId()).getState()).isEqualTo(OperationState.RUNNING);
        assertThat(as("viewer").listOperations(10)).isNotEmpty();
        assertThat(as("viewer").listStretched().get(0).getTunnel()).isEqualTo("up");
        var tunnel = as("viewer").listTunnels().get(0);
        assertThat(tunnel.getEnd().get(0).getRttMicros()).isEqualTo(345);
        assertThat(tunnel.getEnd().get(0).getNetwork().get(0).getOutbound().getBytesPerSecond())
                .isEqualTo(1.25e6);
        assertThat(tunnel.getEnd().get(1).isSilent()).isTrue();
    }

    @Test
    void aDeployOnTrialIsCommittedAndAStallIsSeen() throws Exception {
        var request = deploy("shop");
        request.setTrial("30m");
        request.setTrialWrites(org.stretchdeploy.soap.internal.v1.TargetWrites.DISCARD);
        request.setTransport(TunnelTransport.DATAGRAM);
        String id = as("operator").deploy(request, null).getId();
        assertThat(STRETCH_DEPLOY.lastDeploy().transport()).hasValue(org.stretchdeploy.api.TunnelTransport.DATAGRAM);
        assertThat(as("viewer").getOperation(id).getTrial().getWrites().value()).isEqualTo("DISCARD");
        assertFault(() -> as("viewer").commit(id), FaultKind.DENIED, "forbidden");
        assertThat(as("operator").commit(id).getTrial().getState().value()).isEqualTo("COMMITTED");
        STRETCH_DEPLOY.stall(new OperationId(id));
        assertThat(as("viewer").getOperation(id).getAlarm().get(0).getCode()).isEqualTo("stalled");
        String plain = as("operator").deploy(deploy("shop"), null).getId();
        assertFault(() -> as("operator").commit(plain), FaultKind.CONFLICT, "not-on-trial");
    }

    @Test
    void aReturnIsStarted() throws Exception {
        var request = new ReturnRequest();
        request.setSource("private");
        request.setVApp("shop");
        request.getGate().addAll(List.of("POWER", "web=tcp:5432"));
        request.setOnFailure(OnFailure.STOP);
        assertThat(as("viewer").planReturn(request).getStep()).isNotEmpty();
        assertThat(as("operator").bringBack(request, null).getKind().value()).isEqualTo("RETURN");
        request.getGate().add("web=ping");
        assertFault(() -> as("viewer").planReturn(request), FaultKind.USER, "invalid-gate");
    }

    @Test
    void failuresAreTypedFaults() {
        assertFault(() -> as("viewer").getOperation("op-none"), FaultKind.NOT_FOUND, "unknown-operation");
        assertFault(() -> as("viewer").deploy(deploy("shop"), null), FaultKind.DENIED, "forbidden");
        assertFault(() -> as("operator").registerCloud(cloud("x"), "y"), FaultKind.DENIED, "forbidden");
        var blocked = catchThrowableOfType(
                        StretchFault_Exception.class, () -> as("operator").deploy(deploy("blocked"), null))
                .getFaultInfo();
        assertThat(blocked.getKind()).isEqualTo(FaultKind.BLOCKED);
        assertThat(blocked.getFinding().get(0).getId()).isEqualTo("network-not-routed");
    }

    @Test
    void whatTheSchemaForbidsIsRefused() {
        assertThatThrownBy(() -> as("viewer").checkCloud("No Such Name!"))
                .isInstanceOf(WebServiceException.class)
                .hasMessageContaining("cvc-pattern-valid");
        assertThatThrownBy(() -> as("viewer").listOperations(0))
                .isInstanceOf(WebServiceException.class)
                .hasMessageContaining("cvc-minInclusive-valid");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address))
                .header("X-Role", "admin")
                .header("Content-Type", "application/soap+xml;charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void documentTypesAndNonsenseGiveFaults() throws Exception {
        String envelope = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
                + "<checkCloud xmlns=\"urn:stretchdeploy:v1\"><name>&x;</name></checkCloud></e:Body></e:Envelope>";
        String dtd = "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + envelope;
        for (String body : List.of(dtd, "{\"json\":true}", "<e:Envelope", "<other/>", "")) {
            var response = post(body);
            assertThat(response.statusCode()).as(body).isGreaterThanOrEqualTo(400);
            assertThat(response.body())
                    .as(body)
                    .contains("Fault")
                    .doesNotContain("root:")
                    .doesNotContain("at org.apache");
        }
    }

    @Test
    void theCallersMistakeIsTheSendersFault() throws Exception {
        String unknown = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
                + "<checkCloud xmlns=\"urn:stretchdeploy:v1\"><name>nowhere</name></checkCloud></e:Body></e:Envelope>";
        assertThat(post(unknown).body()).contains(":Sender<").contains("<code>unknown-cloud</code>");
    }

    @Test
    void theContractIsGivenAsWritten() throws Exception {
        var given = send(HttpRequest.newBuilder(URI.create(address + "?wsdl")).header("X-Role", "viewer"));
        String written =
                Files.readString(Path.of("src/main/resources/wsdl/stretch-deploy-v1.wsdl"), StandardCharsets.UTF_8);
        assertThat(given.body()).isEqualTo(written.replace("https://localhost:8443/stretch/soap/v1", address));
    }

    @Test
    void withoutTheGateNobodyIsAnswered() throws Exception {
        assertThat(send(HttpRequest.newBuilder(URI.create(address + "?wsdl"))).statusCode())
                .isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(URI.create(address + "/x")).header("X-Role", "viewer"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(URI.create(address)).header("X-Role", "viewer"))
                        .statusCode())
                .isEqualTo(405);
    }
}
