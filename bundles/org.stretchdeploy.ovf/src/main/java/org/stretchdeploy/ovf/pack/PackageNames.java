package org.stretchdeploy.ovf.pack;

import java.util.Locale;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * Names of the files that belong to a descriptor: same base, other ending.
 *
 * @param descriptor for instance {@code web.ovf}
 * @param manifest for instance {@code web.mf}
 * @param certificate for instance {@code web.cert}
 */
public record PackageNames(String descriptor, String manifest, String certificate) {
    /** The names that go with a descriptor. */
    public static PackageNames of(String descriptor) throws OvfException {
        FileNames.requirePlain(descriptor);
        if (!descriptor.toLowerCase(Locale.ROOT).endsWith(".ovf")) {
            throw new OvfException(
                    OvfProblem.UNSAFE_NAME, "The descriptor is named " + descriptor + "; its name must end in .ovf.");
        }
        String base = descriptor.substring(0, descriptor.length() - 4);
        return new PackageNames(descriptor, base + ".mf", base + ".cert");
    }
}
