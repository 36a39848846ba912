package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.Tasks;
import org.stretchdeploy.vendor.vcd.internal.map.Templates;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Catalogs and templates; files go through {@link PackageExport} and {@link PackageUpload}. Thread-safe. */
final class VcdCatalogs implements Catalogs {
    private final Entities entities;
    private final Api api;
    private final CatalogItems items;
    private final PackageExport exports;
    private final PackageUpload uploads;

    VcdCatalogs(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
        this.items = new CatalogItems(entities);
        this.exports = new PackageExport(entities);
        this.uploads = new PackageUpload(entities, items);
    }

    @Override
    public CloudTask createCatalog(String name, Tag tag) {
        return existingCatalog(name, tag).orElseGet(() -> {
            String path = "/api/admin/org/" + Entities.uuid(api.organization()) + "/catalogs";
            try {
                Elem made = api.write(
                                "POST", path, "application/vnd.vmware.admin.catalog+xml", Requests.catalog(name, tag))
                        .xml();
                return entities.settled(made, catalogId(made));
            } catch (CloudException e) {
                if (e.category() == Category.EXTERNAL || e.category() == Category.CONFLICT) {
                    return existingCatalog(name, tag).orElseThrow(() -> e);
                }
                throw e;
            }
        });
    }

    private ObjectId catalogId(Elem catalog) {
        return new ObjectId("/api/catalog/" + Entities.uuid(entities.id(catalog).value()));
    }

    private Optional<CloudTask> existingCatalog(String name, Tag tag) {
        List<Elem> sameName = api.query("catalog", "CatalogRecord", Optional.of(Api.Filter.of("name", name))).stream()
                .filter(record -> record.attribute("name").equals(name))
                .flatMap(record -> api.find(catalogId(record).value()).stream())
                .toList();
        Optional<Elem> ours = sameName.stream()
                .filter(catalog -> catalog.rawText("Description").contains(tag.text()))
                .findFirst();
        return ours.map(catalog -> entities.settled(catalog, catalogId(catalog)));
    }

    @Override
    public CloudTask deleteCatalog(ObjectId catalog) {
        String path = entities.path(catalog, "/api/catalog/");
        if (api.find(path).isEmpty()) {
            return CloudTask.done(catalog);
        }
        String admin = "/api/admin/catalog/" + Entities.uuid(path) + "?force=true&recursive=true";
        try {
            return entities.task(api.write("DELETE", admin), catalog);
        } catch (CloudException e) {
            if (e.category() == Category.NOT_FOUND
                    || (e.category() == Category.DENIED && api.find(path).isEmpty())) {
                return CloudTask.done(catalog);
            }
            throw e;
        }
    }

    @Override
    public Optional<Template> template(ObjectId catalog, String name) {
        return items.template(entities.path(catalog, "/api/catalog/"), name).map(this::template);
    }

    private Template template(Elem template) {
        ObjectId id = entities.id(template);
        Optional<CloudTask> task = Tasks.unfinishedOf(template)
                .map(running -> entities.work(running).running(Optional.of(id)));
        List<TemplateVm> vms = VAppDocuments.vms(template).stream()
                .map(vm -> new TemplateVm(entities.id(vm), vm.attribute("name")))
                .toList();
        return new Template(
                id, template.attribute("name"), template.rawText("Description"), Templates.state(template), task, vms);
    }

    @Override
    public CloudTask capture(ObjectId catalog, ObjectId vApp, String name, Tag tag) {
        String path = entities.path(catalog, "/api/catalog/");
        String source = entities.vApp(vApp);
        return captured(path, name, tag).orElseGet(() -> {
            Elem body = Requests.capture(name, api.get(source).attribute("href"), tag);
            try {
                Reply reply = api.write("POST", path + "/action/captureVApp", media("captureVAppParams"), body);
                return entities.work(reply)
                        .map(work -> work.then(Work.Next.OWNER_TEMPLATE, Work.pathAndName(path, name)))
                        .map(work -> work.running(Optional.empty()))
                        .orElseGet(() -> captured(path, name, tag).orElseGet(CloudTask::done));
            } catch (CloudException e) {
                if (e.category() == Category.EXTERNAL || e.category() == Category.CONFLICT) {
                    return captured(path, name, tag).orElseThrow(() -> e);
                }
                throw e;
            }
        });
    }

    private Optional<CloudTask> captured(String catalogPath, String name, Tag tag) {
        return items.template(catalogPath, name)
                .filter(template -> owned(template, tag, name))
                .map(template -> entities.settled(template, entities.id(template)));
    }

    /** Our tag is on it; CONFLICT when the name is taken by something else. */
    static boolean owned(Elem template, Tag tag, String name) {
        if (template.rawText("Description").contains(tag.text())) {
            return true;
        }
        throw new CloudException(
                "DUPLICATE_NAME",
                Category.CONFLICT,
                "The catalog has another template of the name \"" + name + "\" already.");
    }

    @Override
    public CloudTask deleteTemplate(ObjectId template) {
        String path = entities.path(template, "/api/vAppTemplate/vappTemplate-");
        Optional<Elem> found = api.find(path);
        if (found.isEmpty()) {
            return CloudTask.done(template);
        }
        Optional<String> item = items.itemOf(found.get());
        Tasks.unfinishedOf(found.get()).ifPresent(this::stop);
        Optional<Work> work = removed(path);
        if (work.isEmpty()) {
            item.ifPresent(this::removeItem);
            return CloudTask.done(template);
        }
        return item.map(i -> work.get().then(Work.Next.DELETE_ITEM, i))
                .orElse(work.get())
                .running(Optional.of(template));
    }

    /** The cloud's work on it; none when the template is gone, as a cancelled upload may go by itself. */
    private Optional<Work> removed(String path) {
        try {
            return entities.work(api.write("DELETE", path));
        } catch (CloudException e) {
            if (e.category() == Category.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void removeItem(String path) {
        if (api.find(path).isPresent()) {
            api.tryWrite("DELETE", path);
        }
    }

    /** An upload that was never finished holds its template; its task has to end first. */
    private void stop(Elem task) {
        if (task.attribute("operationName").equals("vdcUploadOvfContents")) {
            api.tryWrite("POST", entities.id(task).value() + "/action/cancel");
        }
    }

    @Override
    public CloudTask openExport(ObjectId template) {
        return exports.open(template);
    }

    @Override
    public Export export(ObjectId template) {
        return exports.describe(template);
    }

    @Override
    public InputStream read(ObjectId template, String fileName, long offset) {
        return exports.read(template, fileName, offset);
    }

    @Override
    public CloudTask closeExport(ObjectId template) {
        return exports.close(template);
    }

    @Override
    public ObjectId beginUpload(ObjectId catalog, String name, boolean withManifest, Tag tag) {
        return uploads.begin(catalog, name, withManifest, tag);
    }

    @Override
    public Upload upload(ObjectId template) {
        return uploads.describe(template);
    }

    @Override
    public void putDescriptor(ObjectId template, byte[] descriptor) {
        uploads.putDescriptor(template, descriptor);
    }

    @Override
    public void putFile(ObjectId template, String fileName, long offset, byte[] piece, int length, long total) {
        uploads.putFile(template, fileName, offset, Arrays.copyOf(piece, length), total);
    }
}
