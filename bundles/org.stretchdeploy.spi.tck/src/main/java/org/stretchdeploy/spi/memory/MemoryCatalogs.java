package org.stretchdeploy.spi.memory;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.memory.State.CatalogState;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VmState;

/** Catalogs, templates and packages of the cloud in memory. */
final class MemoryCatalogs implements Catalogs {
    private final org.stretchdeploy.spi.memory.State state;
    private final Finder finder;
    private final Gate gate;
    private final TaskBoard tasks;
    private final Identities identities;
    private final Rules rules;
    private final Uploads uploads;

    MemoryCatalogs(
            org.stretchdeploy.spi.memory.State state,
            Finder finder,
            Gate gate,
            TaskBoard tasks,
            Identities identities,
            Rules rules) {
        this.state = state;
        this.finder = finder;
        this.gate = gate;
        this.tasks = tasks;
        this.identities = identities;
        this.rules = rules;
        this.uploads = new Uploads(tasks, identities, rules);
    }

    @Override
    public CloudTask createCatalog(String name, Tag tag) {
        return gate.write("Catalogs.createCatalog", name, Optional.of(tag), () -> {
            Optional<CatalogState> made = state.catalogs.values().stream()
                    .filter(catalog ->
                            rules.adopting() && Tag.in(catalog.description).equals(Optional.of(tag)))
                    .findFirst();
            if (made.isPresent()) {
                ObjectId id = made.get().id;
                return tasks.runningOn(id).orElse(CloudTask.done(id));
            }
            if (rules.adopting() && state.catalogs.values().stream().anyMatch(catalog -> catalog.name.equals(name))) {
                throw Refusal.conflict("name-taken", "There is a catalog of the name \"" + name + "\" already.");
            }
            var catalog = new CatalogState(identities.next("catalog"), name, tag.text());
            state.catalogs.put(catalog.id, catalog);
            return tasks.start(
                    "create catalog \"" + name + "\"",
                    Optional.of(catalog.id),
                    Set.of(catalog.id),
                    () -> {},
                    () -> state.catalogs.remove(catalog.id));
        });
    }

    @Override
    public CloudTask deleteCatalog(ObjectId catalog) {
        return gate.write("Catalogs.deleteCatalog", catalog.value(), Optional.empty(), () -> {
            if (!state.catalogs.containsKey(catalog)) {
                return CloudTask.done();
            }
            rules.requireIdle(catalog, "the catalog");
            return tasks.start("delete catalog", catalog, () -> state.catalogs.remove(catalog));
        });
    }

    @Override
    public Optional<Template> template(ObjectId catalog, String name) {
        return gate.read(() -> finder.catalog(catalog).templates.values().stream()
                .filter(template -> template.name.equals(name))
                .findFirst()
                .map(template -> {
                    tasks.poll(template.id);
                    return template.view(tasks.busy(template.id));
                }));
    }

    @Override
    public CloudTask capture(ObjectId catalogId, ObjectId vAppId, String name, Tag tag) {
        return gate.write("Catalogs.capture", name, Optional.of(tag), () -> {
            rules.require(Capability.IDENTITY_EXPORT);
            CatalogState catalog = finder.catalog(catalogId);
            Optional<TemplateState> made = adopt(catalog, tag);
            if (made.isPresent()) {
                return tasks.runningOn(made.get().id).orElse(CloudTask.done(made.get().id));
            }
            requireFreeName(catalog, name);
            VAppState vApp = finder.vApp(vAppId);
            rules.requireIdle(vAppId, vApp.name);
            rules.requireResolved(vApp);
            if (vApp.vms.stream().anyMatch(vm -> vm.power != PowerState.OFF)) {
                throw Refusal.conflict("vapp-on", "The vApp \"" + vApp.name + "\" must be off to be captured.");
            }
            rules.requireRoom(
                    vApp.vdc, vApp.vms.stream().mapToLong(Finder::storageMb).sum(), 0);
            var template = new TemplateState(identities.next("template"), vApp.vdc, name, tag.text());
            catalog.templates.put(template.id, template);
            CloudTask task = tasks.start(
                    "capture \"" + name + "\"",
                    Optional.of(template.id),
                    Set.of(template.id, vAppId),
                    () -> captured(vApp, template),
                    () -> catalog.templates.remove(template.id));
            template.task = Optional.of(task);
            return task;
        });
    }

    private void captured(VAppState vApp, TemplateState template) {
        for (VmState vm : vApp.vms) {
            template.vms.add(vm.copy(identities.next("vm"), vm.name, vm.description, vm.localId));
        }
        template.startup.addAll(vApp.startup);
        template.state = State.READY;
        template.task = Optional.empty();
    }

    @Override
    public CloudTask deleteTemplate(ObjectId template) {
        return gate.write("Catalogs.deleteTemplate", template.value(), Optional.empty(), () -> {
            if (finder.findTemplate(template).isEmpty()) {
                return CloudTask.done();
            }
            rules.requireIdle(template, "the template");
            return tasks.start("delete template", template, () -> state.catalogs
                    .values()
                    .forEach(catalog -> catalog.templates.remove(template)));
        });
    }

    @Override
    public CloudTask openExport(ObjectId id) {
        return gate.write("Catalogs.openExport", id.value(), Optional.empty(), () -> {
            TemplateState template = finder.template(id);
            if (template.export.isPresent()) {
                return CloudTask.done(id);
            }
            if (template.state != State.READY) {
                throw Refusal.conflict("template-not-ready", "The template \"" + template.name + "\" is not ready.");
            }
            Optional<CloudTask> running = tasks.runningOn(id);
            if (running.isPresent()) {
                return running.get();
            }
            rules.requireIdle(id, template.name);
            return tasks.start("open export", id, () -> template.export = Optional.of(OvfWriter.write(template)));
        });
    }

    @Override
    public Export export(ObjectId id) {
        return gate.read(() -> {
            OvfPackage open = open(id);
            return new Export(
                    OvfWriter.DESCRIPTOR,
                    open.descriptor().clone(),
                    Optional.of(open.manifest().clone()));
        });
    }

    @Override
    public InputStream read(ObjectId id, String fileName, long offset) {
        return gate.read(() -> {
            byte[] content = open(id).files().get(fileName);
            if (content == null) {
                throw Refusal.notFound("file in the package", fileName);
            }
            if (offset < 0 || offset > content.length) {
                throw Refusal.user("bad-offset", "The file has " + content.length + " bytes.");
            }
            return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
        });
    }

    private OvfPackage open(ObjectId id) {
        return finder.template(id)
                .export
                .orElseThrow(() -> Refusal.conflict("export-not-open", "The template's export is not open."));
    }

    @Override
    public CloudTask closeExport(ObjectId id) {
        return gate.write("Catalogs.closeExport", id.value(), Optional.empty(), () -> {
            finder.findTemplate(id).ifPresent(template -> template.export = Optional.empty());
            return CloudTask.done();
        });
    }

    @Override
    public ObjectId beginUpload(ObjectId catalogId, String name, boolean withManifest, Tag tag) {
        return gate.write("Catalogs.beginUpload", name, Optional.of(tag), () -> {
            CatalogState catalog = finder.catalog(catalogId);
            Optional<TemplateState> made = adopt(catalog, tag);
            if (made.isPresent()) {
                return made.get().id;
            }
            requireFreeName(catalog, name);
            ObjectId vdc = state.vdcs.keySet().iterator().next();
            var template = new TemplateState(identities.next("template"), vdc, name, tag.text());
            template.upload = Optional.of(new org.stretchdeploy.spi.memory.State.UploadState(withManifest));
            catalog.templates.put(template.id, template);
            return template.id;
        });
    }

    @Override
    public Upload upload(ObjectId template) {
        return gate.read(() -> {
            tasks.poll(template);
            return uploads.view(finder.template(template));
        });
    }

    @Override
    public void putDescriptor(ObjectId template, byte[] descriptor) {
        byte[] copy = descriptor.clone();
        gate.write("Catalogs.putDescriptor", template.value(), Optional.empty(), () -> {
            uploads.descriptor(finder.template(template), copy);
            return template;
        });
    }

    @Override
    public void putFile(ObjectId template, String fileName, long offset, byte[] piece, int length, long total) {
        byte[] copy = java.util.Arrays.copyOf(piece, length);
        gate.write("Catalogs.putFile", template + "/" + fileName + "@" + offset, Optional.empty(), () -> {
            uploads.piece(finder.template(template), fileName, offset, copy, total);
            return template;
        });
    }

    /** What a call with the same tag has made before; a ruin of it is cleared away. */
    private Optional<TemplateState> adopt(CatalogState catalog, Tag tag) {
        Optional<TemplateState> made = catalog.templates.values().stream()
                .filter(template ->
                        rules.adopting() && Tag.in(template.description).equals(Optional.of(tag)))
                .findFirst();
        boolean ruin = made.filter(template -> template.state == State.FAILED
                        || template.state == State.PENDING && template.upload.isEmpty() && !tasks.busy(template.id))
                .isPresent();
        if (ruin) {
            catalog.templates.remove(made.get().id);
            return Optional.empty();
        }
        return made;
    }

    private void requireFreeName(CatalogState catalog, String name) {
        if (rules.adopting() && catalog.templates.values().stream().anyMatch(template -> template.name.equals(name))) {
            throw Refusal.conflict("name-taken", "The catalog has another template of the name \"" + name + "\".");
        }
    }
}
