package org.stretchdeploy.soap.internal;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.TrialRequest;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.soap.internal.v1.Cloud;
import org.stretchdeploy.soap.internal.v1.CopyMode;
import org.stretchdeploy.soap.internal.v1.DeployRequest;
import org.stretchdeploy.soap.internal.v1.Setting;

/** From the contract's types to the API's. Pure. */
final class Requests {
    private Requests() {}

    static CloudRegistration registration(Cloud cloud) {
        present(cloud, "cloud");
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting setting : cloud.getSetting()) {
            if (settings.put(setting.getName(), setting.getValue()) != null) {
                throw StretchException.user(
                        "duplicate-setting", "The setting " + Quoted.quote(setting.getName()) + " is given twice.");
            }
        }
        return new CloudRegistration(
                new CloudName(cloud.getName()),
                cloud.getVendor(),
                address(cloud.getEndpoint()),
                cloud.getOrganization(),
                cloud.getUser(),
                Optional.ofNullable(cloud.getCertificateSha256()),
                settings);
    }

    static StretchRequest deploy(DeployRequest request) {
        present(request, "request");
        return new StretchRequest(
                new CloudName(request.getSource()),
                Optional.ofNullable(request.getSourceVdc()),
                request.getVApp(),
                request.getVm(),
                new CloudName(request.getTarget()),
                Optional.ofNullable(request.getTargetVdc()),
                Optional.ofNullable(request.getSourceUplink()),
                Optional.ofNullable(request.getTargetUplink()),
                request.getCopyMode() == CopyMode.MOVE ? StretchRequest.CopyMode.MOVE : StretchRequest.CopyMode.COPY,
                request.getAcceptedLoss(),
                TrialRequest.of(
                        Optional.ofNullable(request.getTrial()),
                        Optional.ofNullable(request.getTrialWrites()).map(Enum::name)),
                onFailure(request.getOnFailure()),
                Gate.of(request.getGate(), Optional.ofNullable(request.getGateTimeout())),
                Optional.ofNullable(request.getTransport()).map(Enum::name).map(TunnelTransport::of));
    }

    static ReturnRequest bringBack(org.stretchdeploy.soap.internal.v1.ReturnRequest request) {
        present(request, "request");
        return new ReturnRequest(
                new CloudName(request.getSource()),
                request.getVApp(),
                request.getVm(),
                request.getAcceptedLoss(),
                request.getWrites() == org.stretchdeploy.soap.internal.v1.TargetWrites.DISCARD
                        ? TargetWrites.DISCARD
                        : TargetWrites.KEEP,
                Gate.of(request.getGate(), Optional.ofNullable(request.getGateTimeout())),
                onFailure(request.getOnFailure()));
    }

    private static OnFailure onFailure(org.stretchdeploy.soap.internal.v1.OnFailure word) {
        return word == org.stretchdeploy.soap.internal.v1.OnFailure.STOP ? OnFailure.STOP : OnFailure.ROLLBACK;
    }

    private static void present(Object element, String name) {
        if (element == null) {
            throw StretchException.user("missing-element", "The element " + name + " is missing.");
        }
    }

    private static URI address(String endpoint) {
        try {
            return endpoint == null ? null : URI.create(endpoint.strip());
        } catch (IllegalArgumentException e) {
            throw StretchException.user(
                    "invalid-endpoint", "The endpoint of a cloud is an https address such as https://vcd.example.com.");
        }
    }
}
