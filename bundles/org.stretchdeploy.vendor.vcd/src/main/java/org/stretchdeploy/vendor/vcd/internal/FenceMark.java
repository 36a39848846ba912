package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.Optional;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * The fence as a metadata entry of the VM (vCloud API, "Working with object metadata"). A provider's account may write it
 * in the domain SYSTEM, which tenants can only read; a tenant's account is refused there and writes it in GENERAL, where
 * it is a note that its people can take away. Cloud Director itself has no rule for it. Thread-safe.
 */
final class FenceMark {
    private static final String KEY = VAppDocuments.FENCED;

    private final Entities entities;
    private final Api api;

    FenceMark(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    CloudTask put(ObjectId id, String why) {
        String path = entities.vm(id) + "/metadata";
        if (VAppDocuments.fenceDomain(api.get(path)).isPresent()) {
            return CloudTask.done(id);
        }
        Reply reply = api.tryWrite("POST", path, media("metadata"), Requests.readOnlyMetadataEntry(KEY, why));
        if (reply.status() == 403) {
            return entities.task(api.write("POST", path, media("metadata"), Requests.metadataEntry(KEY, why)), id);
        }
        if (!reply.ok()) {
            throw api.refusal(path, reply);
        }
        return entities.task(reply, id);
    }

    CloudTask remove(ObjectId id) {
        String path = entities.vm(id) + "/metadata";
        Optional<Elem> metadata = api.find(path);
        Optional<String> domain = metadata.flatMap(VAppDocuments::fenceDomain);
        if (domain.isEmpty()) {
            return CloudTask.done(id);
        }
        String entry = path + (domain.get().equals("SYSTEM") ? "/SYSTEM/" : "/") + KEY;
        Reply reply = api.tryWrite("DELETE", entry);
        if (reply.status() == 404) {
            return CloudTask.done(id);
        }
        if (!reply.ok()) {
            throw api.refusal(entry, reply);
        }
        return entities.task(reply, id);
    }
}
