package org.stretchdeploy.spi;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Catalogs, templates, and OVF packages on their way out and in. */
public interface Catalogs {
    /** Makes a catalog. Idempotent by tag. */
    CloudTask createCatalog(String name, Tag tag);

    /** Deletes a catalog with everything in it. Absent is done. */
    CloudTask deleteCatalog(ObjectId catalog);

    /** The template of that name in the catalog. */
    Optional<Template> template(ObjectId catalog, String name);

    /** Captures a stopped vApp as a template that keeps identities. Idempotent by tag. The owner is the template. */
    CloudTask capture(ObjectId catalog, ObjectId vApp, String name, Tag tag);

    /** Deletes a template and its catalog item. Absent is done. */
    CloudTask deleteTemplate(ObjectId template);

    /** Makes a template's package ready to be read. Already ready is done. */
    CloudTask openExport(ObjectId template);

    /** What can be read. Fails with CONFLICT when the export is not open. */
    Export export(ObjectId template);

    /**
     * Reads a file of an open export from an offset to its end. Clouds without {@link Capability#RANGED_DOWNLOAD} skip.
     * The caller closes the stream.
     */
    InputStream read(ObjectId template, String fileName, long offset);

    /** Ends an export. Absent is done. */
    CloudTask closeExport(ObjectId template);

    /** Starts an upload of a package. Idempotent by tag. Returns the template to be. */
    ObjectId beginUpload(ObjectId catalog, String name, boolean withManifest, Tag tag);

    /** What the cloud has got and still wants. */
    Upload upload(ObjectId template);

    /** Gives the descriptor. */
    void putDescriptor(ObjectId template, byte[] descriptor);

    /**
     * Gives a piece of a file; pieces come in order.
     *
     * @param offset bytes of the file before this piece
     * @param total  size of the whole file
     */
    void putFile(ObjectId template, String fileName, long offset, byte[] piece, int length, long total);

    /** @param state ready once all VMs of it can be used */
    record Template(
            ObjectId id,
            String name,
            String description,
            State state,
            Optional<CloudTask> task,
            List<TemplateVm> vms) {}

    /** A VM inside a template. */
    record TemplateVm(ObjectId id, String name) {}

    /** Where a template stands. */
    enum State {
        /** Being captured or uploaded. */
        PENDING,
        READY,
        FAILED
    }

    /**
     * @param descriptor     identity descriptor
     * @param descriptorName its file name
     * @param manifest       the cloud's own manifest when it gives one
     */
    record Export(String descriptorName, byte[] descriptor, Optional<byte[]> manifest) {}

    /**
     * @param descriptorWanted true until the descriptor was given
     * @param files            files the cloud knows of after it has read the descriptor
     * @param failure          sentence of the cloud when it has given up
     */
    record Upload(
            Catalogs.State state,
            boolean descriptorWanted,
            List<UploadFile> files,
            int percent,
            Optional<String> failure) {}

    /** @param size -1 when the cloud does not know it */
    record UploadFile(String name, long size, long received) {}
}
