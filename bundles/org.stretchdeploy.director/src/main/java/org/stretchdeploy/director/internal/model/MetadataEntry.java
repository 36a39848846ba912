package org.stretchdeploy.director.internal.model;

/**
 * @param type       {@code MetadataStringValue, MetadataNumberValue, MetadataBooleanValue, MetadataDateTimeValue}
 * @param domain     {@code GENERAL} or {@code SYSTEM}
 * @param visibility {@code READWRITE, READONLY} or {@code PRIVATE}
 */
public record MetadataEntry(String key, String value, String type, String domain, String visibility) {}
