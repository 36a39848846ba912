package org.stretchdeploy.ovf.disk;

import java.nio.charset.StandardCharsets;

/** What a disk file looks like from its first bytes. Only used to say what was found; never to choose a reader. */
enum ImageKind {
    SPARSE_VMDK("a sparse VMDK", "KDMV"),
    VMDK_DESCRIPTOR("a VMDK text descriptor that points to other files", "# Disk DescriptorFile"),
    ESX_SPARSE("an ESX sparse VMDK", "COWD"),
    SE_SPARSE("an SE sparse VMDK", "\u00be\u00ba\u00fe\u00ca"),
    QCOW("a QCOW image", "QFI\u00fb"),
    VHD("a VHD image", "conectix"),
    VHDX("a VHDX image", "vhdxfile"),
    VDI("a VirtualBox VDI image", "<<< "),
    GZIP("a gzip file", "\u001f\u008b"),
    XZ("an xz file", "\u00fd7zXZ"),
    UNKNOWN("of an unknown kind, perhaps a raw image", "");

    private final String description;
    private final String magic;

    ImageKind(String description, String magic) {
        this.description = description;
        this.magic = magic;
    }

    String description() {
        return description;
    }

    static ImageKind of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        for (ImageKind kind : values()) {
            if (text.startsWith(kind.magic)) {
                return kind;
            }
        }
        return UNKNOWN;
    }
}
