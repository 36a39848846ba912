package org.stretchdeploy.spi;

import java.util.List;

/**
 * An organization's edge gateway.
 *
 * @param externalAddresses addresses that may be used in NAT rules, the primary one first
 */
public record EdgeGateway(ObjectId id, String name, ObjectId vdc, List<String> externalAddresses, boolean healthy) {}
