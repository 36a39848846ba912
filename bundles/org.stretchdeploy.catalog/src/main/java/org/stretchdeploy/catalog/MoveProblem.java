package org.stretchdeploy.catalog;

/** Why a package could not be moved. The names are stable. */
public enum MoveProblem {
    /** The staging folder's quota would be exceeded. */
    STAGING_QUOTA,
    /** The file system of the staging folder has not enough room. */
    NO_SPACE,
    /** Reading or writing the staging folder failed. */
    STAGING_FAILED,
    /** The same package is being moved already. */
    BUSY,
    /** The package or a file of it is not as descriptor, manifest or signature say. */
    BAD_PACKAGE,
    /** There is no such package in staging, or it is not complete. */
    NOT_STAGED,
    /** The source kept breaking off without giving any more bytes. */
    SOURCE_STALLED,
    /** The target kept failing without taking any more bytes. */
    TARGET_STALLED,
    /** The target has given up the upload, or asks for something that the package does not have. */
    TARGET_REFUSED,
    /** The target cannot take files in pieces, and a file is larger than one piece. */
    UNSUPPORTED
}
