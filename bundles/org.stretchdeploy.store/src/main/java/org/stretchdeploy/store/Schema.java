package org.stretchdeploy.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tables of one bundle as numbered migrations. Scripts are never edited once released; a change is one more script.
 * In them {@code ${binary}} stands for the type of short binary columns.
 *
 * @param history name of the table that remembers which scripts ran
 * @param scripts name ({@code V<number>__<word>.sql}) to text
 */
public record Schema(String history, Map<String, String> scripts) {
    public Schema {
        scripts = Map.copyOf(scripts);
    }

    /**
     * Reads scripts beside a class, in its folder {@code schema}.
     *
     * @throws UncheckedIOException when one is not there
     */
    public static Schema beside(Class<?> anchor, String history, String... names) {
        Map<String, String> scripts = new LinkedHashMap<>();
        for (String name : names) {
            try (InputStream in = anchor.getResourceAsStream("schema/" + name)) {
                if (in == null) {
                    throw new IOException("there is no script " + name + " beside " + anchor.getName());
                }
                scripts.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Schema(history, scripts);
    }
}
