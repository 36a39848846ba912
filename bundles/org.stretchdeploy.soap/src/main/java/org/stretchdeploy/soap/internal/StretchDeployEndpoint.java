package org.stretchdeploy.soap.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.annotation.Resource;
import javax.jws.WebService;
import javax.xml.ws.WebServiceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.soap.internal.v1.Cloud;
import org.stretchdeploy.soap.internal.v1.CloudCheck;
import org.stretchdeploy.soap.internal.v1.DeployRequest;
import org.stretchdeploy.soap.internal.v1.Operation;
import org.stretchdeploy.soap.internal.v1.Plan;
import org.stretchdeploy.soap.internal.v1.ReturnRequest;
import org.stretchdeploy.soap.internal.v1.StretchDeployPort;
import org.stretchdeploy.soap.internal.v1.StretchFault_Exception;
import org.stretchdeploy.soap.internal.v1.Stretched;
import org.stretchdeploy.soap.internal.v1.Tunnel;

/** The contract's operations: who may, translate, call the API, translate back. */
@WebService(
        serviceName = "StretchDeployService",
        portName = "StretchDeployPort",
        targetNamespace = "urn:stretchdeploy:v1",
        endpointInterface = "org.stretchdeploy.soap.internal.v1.StretchDeployPort")
public final class StretchDeployEndpoint implements StretchDeployPort {
    private static final Logger LOG = LoggerFactory.getLogger(StretchDeployEndpoint.class);
    private static final String VIEWER = "viewer";
    private static final String OPERATOR = "operator";
    private static final String ADMIN = "admin";
    private static final int DEFAULT_LIMIT = 100;

    private final StretchDeploy stretchDeploy;
    private final Clouds clouds;

    @Resource
    private WebServiceContext context;

    public StretchDeployEndpoint(StretchDeploy stretchDeploy, Clouds clouds) {
        this.stretchDeploy = stretchDeploy;
        this.clouds = clouds;
    }

    @Override
    public List<Cloud> listClouds() throws StretchFault_Exception {
        return as(VIEWER, () -> clouds.list().stream().map(CloudAnswers::cloud).toList());
    }

    @Override
    public CloudCheck registerCloud(Cloud cloud, String password) throws StretchFault_Exception {
        return as(ADMIN, () -> CloudAnswers.check(clouds.add(Requests.registration(cloud), secret(password))));
    }

    @Override
    public void removeCloud(String name) throws StretchFault_Exception {
        as(ADMIN, () -> {
            clouds.remove(new CloudName(name));
            return null;
        });
    }

    @Override
    public CloudCheck checkCloud(String name) throws StretchFault_Exception {
        return as(VIEWER, () -> CloudAnswers.check(clouds.check(new CloudName(name))));
    }

    @Override
    public Plan planDeploy(DeployRequest request) throws StretchFault_Exception {
        return as(VIEWER, () -> PlanAnswers.plan(stretchDeploy.plan(Requests.deploy(request))));
    }

    @Override
    public Plan planReturn(ReturnRequest request) throws StretchFault_Exception {
        return as(VIEWER, () -> PlanAnswers.plan(stretchDeploy.plan(Requests.bringBack(request))));
    }

    @Override
    public Operation deploy(DeployRequest request, String idempotencyKey) throws StretchFault_Exception {
        return as(
                OPERATOR,
                () -> show(stretchDeploy.deploy(Requests.deploy(request), Optional.ofNullable(idempotencyKey))));
    }

    @Override
    public Operation bringBack(ReturnRequest request, String idempotencyKey) throws StretchFault_Exception {
        return as(
                OPERATOR,
                () -> show(stretchDeploy.bringBack(Requests.bringBack(request), Optional.ofNullable(idempotencyKey))));
    }

    @Override
    public List<Operation> listOperations(Integer limit) throws StretchFault_Exception {
        return as(VIEWER, () -> stretchDeploy.operations(limit == null ? DEFAULT_LIMIT : limit).stream()
                .map(OperationAnswers::operation)
                .toList());
    }

    @Override
    public Operation getOperation(String id) throws StretchFault_Exception {
        return as(VIEWER, () -> show(new OperationId(id)));
    }

    @Override
    public Operation cancel(String id) throws StretchFault_Exception {
        return as(OPERATOR, () -> {
            stretchDeploy.cancel(new OperationId(id));
            return show(new OperationId(id));
        });
    }

    @Override
    public Operation retry(String id) throws StretchFault_Exception {
        return as(OPERATOR, () -> {
            stretchDeploy.retry(new OperationId(id));
            return show(new OperationId(id));
        });
    }

    @Override
    public Operation commit(String id) throws StretchFault_Exception {
        return as(OPERATOR, () -> {
            stretchDeploy.commit(new OperationId(id));
            return show(new OperationId(id));
        });
    }

    @Override
    public List<Stretched> listStretched() throws StretchFault_Exception {
        return as(VIEWER, () -> stretchDeploy.stretched().stream()
                .map(CloudAnswers::stretched)
                .toList());
    }

    @Override
    public List<Tunnel> listTunnels() throws StretchFault_Exception {
        return as(VIEWER, () -> stretchDeploy.tunnels().stream()
                .map(TunnelAnswers::tunnel)
                .toList());
    }

    private Operation show(OperationId id) {
        return OperationAnswers.operation(stretchDeploy.operation(id));
    }

    private static Secret secret(String password) {
        if (password == null || password.isEmpty()) {
            throw StretchException.user("missing-password", "Give the password of the account at the cloud.");
        }
        return Secret.of(password);
    }

    private <T> T as(String role, Supplier<T> call) throws StretchFault_Exception {
        try {
            if (context.getUserPrincipal() == null) {
                throw denied("login-needed", "The request came past the gate without a login.");
            }
            if (!context.isUserInRole(role)) {
                LOG.warn(
                        "event=access-denied user={} role={}",
                        Quoted.quote(context.getUserPrincipal().getName()),
                        role);
                throw denied("forbidden", "This needs the role " + role + ", which this login does not have.");
            }
            return call.get();
        } catch (RuntimeException e) {
            throw Faults.of(e);
        }
    }

    private static StretchException denied(String code, String message) {
        return new StretchException(StretchException.Kind.DENIED, code, message, List.of(), null);
    }
}
