package org.stretchdeploy.ovf;

import java.util.Optional;

/** What an envelope describes: one machine, or several together. */
public sealed interface Content permits VirtualSystem, VirtualSystemCollection {
    /** Unique id in the descriptor. */
    String id();

    /** Name for people, if given. */
    Optional<String> name();
}
