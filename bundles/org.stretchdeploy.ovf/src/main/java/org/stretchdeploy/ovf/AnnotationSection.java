package org.stretchdeploy.ovf;

/**
 * A remark.
 *
 * @param info text for people
 * @param annotation the remark itself
 */
public record AnnotationSection(String info, String annotation) {}
