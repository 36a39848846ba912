package org.stretchdeploy.ovf.disk;

import java.io.IOException;
import java.io.InputStream;

/** Looks at the beginning of a disk file and refuses all but a self-contained streamOptimized VMDK. */
public final class VmdkInspector {
    private VmdkInspector() {}

    /**
     * Reads header and descriptor (at most 2 MiB) from the beginning of a disk file.
     *
     * @throws org.stretchdeploy.ovf.OvfException if it is another kind of image, refers to other files, or is damaged
     */
    public static VmdkInfo inspect(InputStream disk) throws IOException {
        return Opened.open(new SectorInput(disk)).info();
    }

    /** Header and facts of a disk whose stream stands right behind its descriptor. */
    record Opened(SparseHeader header, VmdkInfo info) {
        static Opened open(SectorInput in) throws IOException {
            SparseHeader header = SparseHeader.parse(in.headSector());
            if (header.descriptorOffset() < 1 || header.descriptorSize() < 1) {
                throw SparseHeader.damaged("it has no descriptor");
            }
            in.skipTo(header.descriptorOffset());
            byte[] text = in.sectors((int) header.descriptorSize());
            var values = VmdkDescriptor.check(text, header.capacity());
            return new Opened(
                    header,
                    new VmdkInfo(
                            header.capacity() * SparseHeader.SECTOR,
                            header.grainBytes(),
                            header.version(),
                            values.getOrDefault("ddb.adaptertype", "")));
        }
    }
}
