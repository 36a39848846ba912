package org.stretchdeploy.ovf.pack;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * The digests of a package's files: the {@code .mf} file. One line per file, for instance {@code SHA256(a.ovf)= 0f…}.
 *
 * @param digests digest of each file by name, in the order of the lines
 */
public record Manifest(Map<String, Digest> digests) {
    /** Largest manifest that is read, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private static final Pattern LINE =
            Pattern.compile("(SHA[0-9]{1,3})\\s*\\((.{1,300})\\)\\s*=\\s*([0-9A-Fa-f]{1,200})\\s*");

    public Manifest {
        digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
    }

    /** Reads a manifest; upper and lower case of digests and both kinds of line ends are accepted. */
    public static Manifest parse(byte[] bytes) throws OvfException {
        if (bytes.length > MAX_BYTES) {
            throw bad("is larger than " + MAX_BYTES + " bytes");
        }
        Map<String, Digest> digests = new LinkedHashMap<>();
        int number = 0;
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r?\n")) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Matcher fields = LINE.matcher(line);
            Optional<DigestAlgorithm> algorithm =
                    fields.matches() ? DigestAlgorithm.named(fields.group(1)) : Optional.empty();
            if (algorithm.isEmpty()
                    || fields.group(3).length() != algorithm.get().hexLength()) {
                throw bad("cannot be understood in line " + number);
            }
            String name = FileNames.requirePlain(fields.group(2));
            if (digests.put(name, new Digest(algorithm.get(), fields.group(3))) != null) {
                throw new OvfException(
                        OvfProblem.DUPLICATE,
                        "The manifest lists the file " + name + " twice. Export the package again.");
            }
        }
        if (digests.isEmpty()) {
            throw bad("is empty");
        }
        return new Manifest(digests);
    }

    /** The manifest as a file. */
    public byte[] toBytes() {
        StringBuilder lines = new StringBuilder();
        digests.forEach((name, digest) -> lines.append(digest.algorithm())
                .append('(')
                .append(name)
                .append(")= ")
                .append(digest.hex())
                .append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The digest of a file. */
    public Optional<Digest> digest(String name) {
        return Optional.ofNullable(digests.get(name));
    }

    /** Whether any file is protected by SHA-1 only. */
    public boolean isWeak() {
        return digests.values().stream().anyMatch(d -> d.algorithm() == DigestAlgorithm.SHA1);
    }

    private static OvfException bad(String how) {
        return new OvfException(OvfProblem.BAD_MANIFEST, "The manifest " + how + ". Export the package again.");
    }
}
