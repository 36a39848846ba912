package org.stretchdeploy.ovf.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.OvfReader;

/**
 * Reads an OVA archive in one pass, verifying while it streams; disks are never held in memory.
 *
 * <p>Order (DSP0243 section 5.3): descriptor, then manifest and certificate, then the files in the order of the
 * references; manifest and certificate may instead stand at the end.
 */
public final class OvaReader {
    private final TarReader tar;
    private final PackagePolicy policy;
    private final FileSink sink;

    private OvaReader(InputStream archive, FileSink sink, PackagePolicy policy) {
        this.tar = new TarReader(archive, 2 * policy.maxFiles() + 8);
        this.sink = sink;
        this.policy = policy;
    }

    /**
     * Reads and verifies an archive.
     *
     * @param archive read to its end, not closed
     * @param sink takes every file of the archive, descriptor, manifest and certificate included; what it got counts
     *     only when this method returns
     */
    public static VerifiedPackage read(InputStream archive, FileSink sink, PackagePolicy policy) throws IOException {
        return new OvaReader(archive, sink, policy).run();
    }

    private VerifiedPackage run() throws IOException {
        TarReader.Entry first = tar.next()
                .orElseThrow(() -> new OvfException(OvfProblem.BAD_ARCHIVE, "The archive is empty. Build it again."));
        if (!first.name().toLowerCase(Locale.ROOT).endsWith(".ovf")) {
            throw order("The archive begins with " + first.name() + "; the descriptor must be first.");
        }
        PackageNames names = PackageNames.of(first.name());
        byte[] descriptor = new OvfReader(policy.descriptorLimits()).bytes(first.contents());
        keep(names.descriptor(), descriptor);
        PackageCheck check = new PackageCheck(names, descriptor, policy);
        List<String> wanted = check.expectedNames();
        int position = 0;
        boolean manifestSeen = false;
        boolean certificateSeen = false;
        Optional<TarReader.Entry> next = tar.next();
        while (next.isPresent()) {
            TarReader.Entry entry = next.get();
            boolean atBorder = position == 0 || position == wanted.size();
            if (entry.name().equals(names.manifest())) {
                require(atBorder && !manifestSeen, entry.name());
                manifestSeen = true;
                check.manifest(small(entry, Manifest.MAX_BYTES));
            } else if (entry.name().equals(names.certificate())) {
                require(atBorder && manifestSeen && !certificateSeen, entry.name());
                certificateSeen = true;
                check.certificate(small(entry, CertificateFile.MAX_BYTES));
            } else {
                if (!wanted.contains(entry.name())) {
                    throw PackageCheck.unlisted(entry.name());
                }
                require(position < wanted.size() && wanted.get(position).equals(entry.name()), entry.name());
                position++;
                file(check, entry);
            }
            next = tar.next();
        }
        return check.verify();
    }

    private void file(PackageCheck check, TarReader.Entry entry) throws IOException {
        check.announce(entry.name(), entry.size());
        try (OutputStream out = sink.open(entry.name(), entry.size())) {
            check.read(entry.name(), DigestingCopy.copy(entry.contents(), out, check.algorithmsFor(entry.name())));
        }
    }

    private byte[] small(TarReader.Entry entry, int limit) throws IOException {
        if (entry.size() > limit) {
            throw new OvfException(OvfProblem.TOO_LARGE, entry.name() + " is larger than " + limit + " bytes.");
        }
        byte[] bytes = entry.contents().readNBytes((int) entry.size());
        keep(entry.name(), bytes);
        return bytes;
    }

    private void keep(String name, byte[] bytes) throws IOException {
        try (OutputStream out = sink.open(name, bytes.length)) {
            out.write(bytes);
        }
    }

    private static void require(boolean inOrder, String name) throws OvfException {
        if (!inOrder) {
            throw order("The archive has " + name + " at the wrong place or twice.");
        }
    }

    private static OvfException order(String sentence) {
        return new OvfException(
                OvfProblem.WRONG_ORDER,
                sentence + " The order is: descriptor, manifest, certificate, files as they are referenced.");
    }
}
