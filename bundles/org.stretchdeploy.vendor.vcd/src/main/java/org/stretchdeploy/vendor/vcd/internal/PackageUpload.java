package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.Templates;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Packages on their way in. Thread-safe. */
final class PackageUpload {
    private static final String TEMPLATE = "/api/vAppTemplate/vappTemplate-";
    private static final int KNOWN_LINKS = 200;

    private final Entities entities;
    private final Api api;
    private final CatalogItems items;
    /** Paths of upload links by template and file, so that not every piece asks for them; guarded by itself. */
    private final Map<String, String> links = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KNOWN_LINKS;
        }
    };

    PackageUpload(Entities entities, CatalogItems items) {
        this.entities = entities;
        this.api = entities.api();
        this.items = items;
    }

    ObjectId begin(ObjectId catalog, String name, boolean withManifest, Tag tag) {
        String path = entities.path(catalog, "/api/catalog/");
        return begun(path, name, tag).orElseGet(() -> {
            try {
                Elem item = api.write(
                                "POST",
                                path + "/action/upload",
                                media("uploadVAppTemplateParams"),
                                Requests.upload(name, withManifest, tag))
                        .xml();
                return item.is("CatalogItem")
                        ? entities.id(item.child("Entity").orElseThrow(Entities::noSuch))
                        : entities.id(item);
            } catch (CloudException e) {
                if (e.category() == Category.EXTERNAL || e.category() == Category.CONFLICT) {
                    return begun(path, name, tag).orElseThrow(() -> e);
                }
                throw e;
            }
        });
    }

    private Optional<ObjectId> begun(String catalogPath, String name, Tag tag) {
        return items.item(catalogPath, name).flatMap(item -> items.templateOf(item)
                .filter(template ->
                        item.rawText("Description").contains(tag.text()) || VcdCatalogs.owned(template, tag, name))
                .map(entities::id));
    }

    private Elem template(ObjectId template) {
        return api.get(entities.path(template, TEMPLATE));
    }

    Catalogs.Upload describe(ObjectId template) {
        return Templates.upload(template(template));
    }

    void putDescriptor(ObjectId template, byte[] descriptor) {
        Elem found = template(template);
        Optional<Elem> file =
                Templates.files(found).stream().filter(Templates::descriptor).findFirst();
        if (file.isEmpty() || found.attribute("ovfDescriptorUploaded").equals("true")) {
            return;
        }
        String path = uploadLink(file.get());
        Reply reply = api.putBytes(path, "text/xml", descriptor, Map.of());
        if (!reply.ok()) {
            throw api.refusal(path, reply);
        }
    }

    private String uploadLink(Elem file) {
        return VAppDocuments.link(file, "upload:default", "")
                .map(api::path)
                .orElseThrow(() -> new CloudException(
                        "not-wanted", Category.CONFLICT, "The cloud does not want this file, or has it already."));
    }

    void putFile(ObjectId template, String fileName, long offset, byte[] piece, long total) {
        if (offset < 0 || offset + piece.length > total) {
            throw new CloudException("invalid-piece", Category.USER, "A piece of a file lies outside of the file.");
        }
        String path = link(template, fileName);
        boolean whole = offset == 0 && piece.length == total;
        Map<String, String> range = whole
                ? Map.of()
                : Map.of("Content-Range", "bytes " + offset + "-" + (offset + piece.length - 1) + "/" + total);
        Reply reply;
        try {
            reply = api.putBytes(path, "application/octet-stream", piece, range);
        } catch (CloudException e) {
            if (arrived(template, fileName, offset + piece.length)) {
                return;
            }
            throw lost(e);
        }
        if (!reply.ok() && !arrived(template, fileName, offset + piece.length)) {
            forget(template, fileName);
            throw refused(path, reply);
        }
    }

    /** A piece that did not arrive may be sent again: the same bytes to the same place. */
    private static CloudException lost(CloudException e) {
        return e.category() == Category.EXTERNAL
                ? new CloudException("piece-lost", Category.TRANSIENT, e.getMessage(), Optional.empty(), e)
                : e;
    }

    private CloudException refused(String path, Reply reply) {
        CloudException refusal = api.refusal(path, reply);
        boolean wrongPlace = reply.status() == 400 || reply.status() == 416;
        return wrongPlace && refusal.category() == Category.USER
                ? new CloudException("wrong-range", Category.CONFLICT, refusal.getMessage())
                : refusal;
    }

    /** Whether the cloud has this much of the file; also when it has taken the whole package in already. */
    private boolean arrived(ObjectId template, String fileName, long end) {
        try {
            Catalogs.Upload upload = describe(template);
            return upload.state() == Catalogs.State.READY
                    || upload.files().stream().anyMatch(file -> file.name().equals(fileName) && file.received() >= end);
        } catch (CloudException e) {
            return false;
        }
    }

    private String link(ObjectId template, String fileName) {
        String key = template.value() + " " + fileName;
        synchronized (links) {
            String known = links.get(key);
            if (known != null) {
                return known;
            }
        }
        Elem file = Templates.file(template(template), fileName)
                .orElseThrow(() -> new CloudException(
                        "no-such-file", Category.NOT_FOUND, "The upload has no file \"" + fileName + "\"."));
        String path = uploadLink(file);
        synchronized (links) {
            links.put(key, path);
        }
        return path;
    }

    private void forget(ObjectId template, String fileName) {
        synchronized (links) {
            links.remove(template.value() + " " + fileName);
        }
    }
}
