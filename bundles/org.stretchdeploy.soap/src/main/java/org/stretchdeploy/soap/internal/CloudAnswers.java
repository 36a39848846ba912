package org.stretchdeploy.soap.internal;

import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.soap.internal.v1.Cloud;
import org.stretchdeploy.soap.internal.v1.CloudCheck;
import org.stretchdeploy.soap.internal.v1.Finding;
import org.stretchdeploy.soap.internal.v1.Setting;
import org.stretchdeploy.soap.internal.v1.Severity;
import org.stretchdeploy.soap.internal.v1.Stretched;

/** Clouds, checks and findings, from the API's types to the contract's. Pure. */
final class CloudAnswers {
    private CloudAnswers() {}

    static Cloud cloud(CloudRegistration from) {
        var to = new Cloud();
        to.setName(from.name().value());
        to.setVendor(from.vendor());
        to.setEndpoint(from.endpoint().toString());
        to.setOrganization(from.organization());
        to.setUser(from.user());
        to.setCertificateSha256(from.certificateSha256().orElse(null));
        from.settings().forEach((name, value) -> {
            var setting = new Setting();
            setting.setName(name);
            setting.setValue(value);
            to.getSetting().add(setting);
        });
        return to;
    }

    static CloudCheck check(org.stretchdeploy.api.CloudCheck from) {
        var to = new CloudCheck();
        to.setCloud(from.cloud().value());
        to.setUsable(from.usable());
        to.setProduct(from.product());
        to.setApiVersion(from.apiVersion());
        to.setClockSkewMillis(from.clockSkew().toMillis());
        to.getVdc().addAll(from.vdcs());
        from.findings().forEach(finding -> to.getFinding().add(finding(finding)));
        return to;
    }

    static Finding finding(org.stretchdeploy.api.Finding from) {
        var to = new Finding();
        to.setId(from.id());
        to.setSeverity(Severity.valueOf(from.severity().name()));
        to.setCloud(from.cloud());
        to.setSubject(from.subject());
        to.setMessage(from.message());
        to.setRemedy(from.remedy());
        return to;
    }

    static Stretched stretched(StretchDeploy.StretchedVApp from) {
        var to = new Stretched();
        to.setSource(text(from.source()));
        to.setTarget(text(from.target()));
        to.setVApp(from.vApp());
        to.getVm().addAll(from.vms());
        to.setTunnel(from.tunnel());
        from.alarms().forEach(alarm -> to.getAlarm().add(OperationAnswers.alarm(alarm)));
        to.setTrialEndsAt(from.trialEndsAt().orElse(null));
        return to;
    }

    private static String text(CloudName name) {
        return name.value();
    }
}
