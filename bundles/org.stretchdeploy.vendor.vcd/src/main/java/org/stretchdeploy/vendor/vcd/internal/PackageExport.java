package org.stretchdeploy.vendor.vcd.internal;

import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Tasks;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * Packages on their way out. Only the identity descriptor is used: the default one leaves out MAC addresses and BIOS UUID.
 * The files are siblings of the descriptor. Thread-safe.
 */
final class PackageExport {
    private static final String TEMPLATE = "/api/vAppTemplate/vappTemplate-";

    private final Entities entities;
    private final Api api;

    PackageExport(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    CloudTask open(ObjectId template) {
        String path = entities.path(template, TEMPLATE);
        Elem found = api.get(path);
        if (descriptorPath(found).isPresent() || opening(found)) {
            return entities.settled(found, template);
        }
        return entities.task(api.write("POST", path + "/action/enableDownload"), template);
    }

    private static boolean opening(Elem template) {
        return Tasks.unfinishedOf(template)
                .filter(task ->
                        task.attribute("operationName").toLowerCase(Locale.ROOT).contains("enabledownload"))
                .isPresent();
    }

    private Optional<String> descriptorPath(Elem template) {
        return VAppDocuments.link(template, "download:identity", "").map(api::path);
    }

    private String openDescriptorPath(ObjectId template) {
        return descriptorPath(api.get(entities.path(template, TEMPLATE)))
                .orElseThrow(() -> new CloudException(
                        "export-not-open", Category.CONFLICT, "The template is not open for download."));
    }

    Catalogs.Export describe(ObjectId template) {
        String path = openDescriptorPath(template);
        byte[] descriptor = api.bytes(path)
                .orElseThrow(() -> new CloudException(
                        "export-not-open", Category.CONFLICT, "The export of the template has expired."));
        String name = path.substring(path.lastIndexOf('/') + 1);
        String manifest = path.endsWith(".ovf") ? path.substring(0, path.length() - 4) + ".mf" : path + ".mf";
        return new Catalogs.Export(name, descriptor, api.bytes(manifest));
    }

    InputStream read(ObjectId template, String fileName, long offset) {
        boolean simple = !fileName.isEmpty()
                && fileName.indexOf('/') < 0
                && fileName.indexOf('\\') < 0
                && !fileName.equals("..")
                && !fileName.equals(".");
        if (!simple || offset < 0) {
            throw new CloudException(
                    "invalid-file-name", Category.USER, "A file of a package has a plain name and no path.");
        }
        String path = openDescriptorPath(template);
        return api.stream(path.substring(0, path.lastIndexOf('/') + 1) + Api.encode(fileName), offset);
    }

    CloudTask close(ObjectId template) {
        String path = entities.path(template, TEMPLATE);
        Optional<Elem> found = api.find(path);
        if (found.isEmpty() || descriptorPath(found.get()).isEmpty()) {
            return CloudTask.done(template);
        }
        String action = path + "/action/disableDownload";
        Reply reply = api.tryWrite("POST", action);
        if (!reply.ok()) {
            CloudException refusal = api.refusal(action, reply);
            if (api.find(path).flatMap(this::descriptorPath).isPresent()) {
                throw refusal;
            }
            return CloudTask.done(template);
        }
        return entities.task(reply, template);
    }
}
