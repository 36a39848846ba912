package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads vAppTemplate documents. Pure functions. */
public final class Templates {
    private Templates() {}

    /** Where it stands: status 8 is ready, unless a task still works on it (vCloud API status numbers). */
    public static Catalogs.State state(Elem template) {
        int status = (int) template.numberAttribute("status", 0);
        if (status < 0 || (status >= 15 && status <= 17)) {
            return Catalogs.State.FAILED;
        }
        boolean working = Tasks.unfinishedOf(template).isPresent();
        if (status == 8 || status == 1) {
            return working && creating(template) ? Catalogs.State.PENDING : Catalogs.State.READY;
        }
        return !working && Tasks.failureOf(template).isPresent() ? Catalogs.State.FAILED : Catalogs.State.PENDING;
    }

    private static boolean creating(Elem template) {
        return Tasks.unfinishedOf(template)
                .map(task -> task.attribute("operationName"))
                .filter(name -> name.equals("vdcUploadOvfContents")
                        || name.toLowerCase(Locale.ROOT).contains("capture"))
                .isPresent();
    }

    /** A file of a transfer. */
    public static Optional<Elem> file(Elem template, String name) {
        return files(template).stream()
                .filter(file -> file.attribute("name").equals(name))
                .findFirst();
    }

    public static List<Elem> files(Elem template) {
        return template.child("Files").map(files -> files.children("File")).orElse(List.of());
    }

    public static boolean descriptor(Elem file) {
        return file.attribute("name").endsWith(".ovf");
    }

    /** What is wanted and what has arrived. */
    public static Catalogs.Upload upload(Elem template) {
        List<Catalogs.UploadFile> files = files(template).stream()
                .filter(file -> !descriptor(file))
                .map(file -> new Catalogs.UploadFile(
                        file.attribute("name"),
                        file.numberAttribute("size", -1),
                        file.numberAttribute("bytesTransferred", 0)))
                .toList();
        Catalogs.State state = state(template);
        boolean wanted = state == Catalogs.State.PENDING
                && template.attribute("ovfDescriptorUploaded").equals("false");
        Optional<String> failure = state == Catalogs.State.FAILED
                ? Optional.of(Tasks.failureOf(template)
                        .map(Throwable::getMessage)
                        .orElse("The cloud has given up the import without a reason."))
                : Optional.empty();
        return new Catalogs.Upload(state, wanted, files, percent(state, files), failure);
    }

    private static int percent(Catalogs.State state, List<Catalogs.UploadFile> files) {
        if (state == Catalogs.State.READY) {
            return 100;
        }
        long size = files.stream().mapToLong(file -> Math.max(0, file.size())).sum();
        long received = files.stream().mapToLong(Catalogs.UploadFile::received).sum();
        return size <= 0 ? 0 : (int) Math.min(99, received * 100.0 / size);
    }
}
