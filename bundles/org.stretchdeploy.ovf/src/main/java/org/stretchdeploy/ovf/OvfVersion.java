package org.stretchdeploy.ovf;

/** The generation of the envelope, told by its namespace. */
public enum OvfVersion {
    /** OVF 1.0 and 1.1, the one that Cloud Director writes. */
    V1("http://schemas.dmtf.org/ovf/envelope/1"),
    /** OVF 2.0 and 2.1. */
    V2("http://schemas.dmtf.org/ovf/envelope/2");

    private final String namespace;

    OvfVersion(String namespace) {
        this.namespace = namespace;
    }

    /** The namespace of the envelope and of its sections. */
    public String namespace() {
        return namespace;
    }
}
