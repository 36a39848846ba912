package org.stretchdeploy.ovf;

/** Why a package was refused. The names are stable: they appear in logs, plans and answers. */
public enum OvfProblem {
    /** The descriptor is not well-formed XML, or not in an encoding that is accepted. */
    NOT_XML,
    /** The descriptor has a document type, an entity or an inclusion. */
    ACTIVE_XML,
    /** A size, count or depth bound is exceeded. */
    TOO_LARGE,
    /** Well-formed, but not an OVF envelope of a version that is read. */
    NOT_OVF,
    /** A section, item or value contradicts the OVF specification or another part of the descriptor. */
    INVALID_DESCRIPTOR,
    /** The descriptor needs something that is not supported, for instance an unknown required section. */
    UNSUPPORTED,
    /** A file name that could leave the package or that some system would read differently. */
    UNSAFE_NAME,
    /** Two entries, files or ids with one name. */
    DUPLICATE,
    /** A file that the descriptor or the manifest names is not there. */
    MISSING_FILE,
    /** A file is there that neither the descriptor nor the manifest names. */
    UNLISTED_FILE,
    /** A file has another size than the descriptor says. */
    SIZE_MISMATCH,
    /** The manifest is missing though it is required, or cannot be read. */
    BAD_MANIFEST,
    /** The manifest uses a digest that is no longer safe. */
    WEAK_DIGEST,
    /** A file's contents differ from the digest in the manifest. */
    DIGEST_MISMATCH,
    /** The certificate file is missing though it is required, or cannot be read. */
    BAD_CERTIFICATE,
    /** The signature does not fit the manifest. */
    BAD_SIGNATURE,
    /** The signer's certificate does not lead to a trust anchor that was pinned here. */
    UNTRUSTED_SIGNER,
    /** The archive is damaged, or holds something other than plain files. */
    BAD_ARCHIVE,
    /** Files of the archive are not in the order that the specification asks for. */
    WRONG_ORDER,
    /** A disk image is damaged. */
    BAD_DISK
}
