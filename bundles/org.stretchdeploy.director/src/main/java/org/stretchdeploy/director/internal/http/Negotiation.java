package org.stretchdeploy.director.internal.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the Accept headers ask for.
 *
 * @param json the JSON form of the XML surface is wanted
 */
public record Negotiation(ApiVersion version, boolean json) {

    static Negotiation none() {
        return new Negotiation(new ApiVersion(1, 5), false);
    }

    /**
     * Takes the first Accept value that names a version; clients send several headers, some of them malformed.
     *
     * @param otherwise the version that is meant when none is named
     * @throws ApiException 406 when a version is named that is not advertised
     */
    static Negotiation of(List<String> acceptHeaders, List<ApiVersion> advertised, ApiVersion otherwise) {
        Optional<ApiVersion> wanted = Optional.empty();
        boolean named = false;
        boolean json = false;
        boolean decided = false;
        for (String header : acceptHeaders) {
            for (String value : header.split(",")) {
                String[] parts = value.trim().split(";");
                String type = parts[0].trim().toLowerCase(Locale.ROOT);
                if (!decided && type.contains("/")) {
                    json = type.endsWith("+json") || type.equals("application/json");
                    decided = true;
                }
                for (int i = 1; i < parts.length && wanted.isEmpty(); i++) {
                    String parameter = parts[i].trim();
                    if (parameter.toLowerCase(Locale.ROOT).startsWith("version=")) {
                        named = true;
                        String text = parameter.substring(8).replace("\"", "").trim();
                        wanted = ApiVersion.parse(text).filter(advertised::contains);
                    }
                }
            }
        }
        if (named && wanted.isEmpty()) {
            throw new ApiException(
                    406,
                    "NOT_ACCEPTABLE",
                    "The request has an invalid Accept header; the API version is not supported.");
        }
        return new Negotiation(wanted.orElse(otherwise), json);
    }
}
