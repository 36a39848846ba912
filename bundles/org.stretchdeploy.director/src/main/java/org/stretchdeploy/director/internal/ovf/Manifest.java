package org.stretchdeploy.director.internal.ovf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The digests of a package's files (DSP0243 section 5.1). */
public final class Manifest {
    private static final Pattern LINE =
            Pattern.compile("(SHA1|SHA256|SHA512)\\s*\\((.+)\\)\\s*=\\s*([0-9a-fA-F]+)\\s*");
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(String algorithm, String digest) {}

    public static Manifest parse(String text) throws OvfRejected {
        Manifest manifest = new Manifest();
        for (String line : text.split("\\R")) {
            if (line.isBlank()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line.trim());
            if (!matcher.matches()) {
                throw new OvfRejected("The manifest has a line that cannot be read.");
            }
            manifest.entries.put(
                    matcher.group(2).trim(),
                    new Entry(matcher.group(1), matcher.group(3).toLowerCase(Locale.ROOT)));
        }
        if (manifest.entries.isEmpty()) {
            throw new OvfRejected("The manifest is empty.");
        }
        return manifest;
    }

    /** The descriptor may have had another name at its origin; its entry is the one that ends in .ovf. */
    public void verifyDescriptor(Path file) throws OvfRejected, IOException {
        String name = entries.keySet().stream()
                .filter(n -> n.toLowerCase(Locale.ROOT).endsWith(".ovf"))
                .findFirst()
                .orElseThrow(() -> new OvfRejected("The manifest does not list the OVF descriptor."));
        verify(name, file);
    }

    public void verify(String name, Path file) throws OvfRejected, IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new OvfRejected("The manifest does not list the file " + name + ".");
        }
        String found = digest(entry.algorithm.replace("SHA", "SHA-"), file);
        if (!found.equals(entry.digest)) {
            throw new OvfRejected("The digest of the file " + name + " does not match the OVF manifest.");
        }
    }

    /** Hexadecimal digest of a file's content, read in pieces. */
    public static String digest(String algorithm, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is missing from this Java", e);
        }
    }
}
