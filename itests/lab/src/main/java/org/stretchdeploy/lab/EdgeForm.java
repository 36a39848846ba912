package org.stretchdeploy.lab;

/** How the lab's clouds run an edge appliance. */
enum EdgeForm {
    /** As a program in a namespace: starts at once and takes little memory. */
    PROCESS,
    /** As the machine that {@code ./stretch appliance} builds, which is what other clouds run. */
    MACHINE
}
