package org.stretchdeploy.rest.internal.tls;

import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the configuration {@code org.ops4j.pax.web} must say for TLS 1.3 only. Pure. */
final class WebServerSettings {
    /** The web server's configuration. */
    static final String PID = "org.ops4j.pax.web";

    static final String KEY_STORE = "org.ops4j.pax.web.ssl.keystore";
    static final String SECURE_PORT = "org.osgi.service.http.port.secure";

    private WebServerSettings() {}

    /** True when an admin has given the web server a key store; then it is theirs. */
    static boolean hasForeignKeyStore(Map<String, Object> settings, KeyStoreFile ours) {
        Object keyStore = settings.get(KEY_STORE);
        return keyStore != null
                && !keyStore.toString().isBlank()
                && !keyStore.toString().equals(ours.store().toString());
    }

    /**
     * Returns the settings with TLS on and plain HTTP off, empty when they are so already.
     *
     * @param port used when the settings have none
     */
    static Optional<Map<String, Object>> withTls(Map<String, Object> settings, KeyStoreFile ours, int port) {
        var changed = new TreeMap<>(settings);
        changed.putIfAbsent(SECURE_PORT, Integer.toString(port));
        changed.put("org.osgi.service.http.enabled", "false");
        changed.put("org.osgi.service.http.secure.enabled", "true");
        changed.put(KEY_STORE, ours.store().toString());
        changed.put("org.ops4j.pax.web.ssl.keystore.type", "PKCS12");
        String secret = "$[secret:" + ours.password().getFileName() + "]";
        changed.put("org.ops4j.pax.web.ssl.keystore.password", secret);
        changed.put("org.ops4j.pax.web.ssl.key.password", secret);
        changed.put("org.ops4j.pax.web.ssl.key.alias", "stretch");
        changed.put("org.ops4j.pax.web.ssl.protocols.included", "TLSv1.3");
        changed.put("org.ops4j.pax.web.ssl.renegotiationAllowed", "false");
        return changed.equals(new TreeMap<>(settings)) ? Optional.empty() : Optional.of(changed);
    }

    static Map<String, Object> ofDictionary(Dictionary<String, Object> dictionary) {
        var settings = new TreeMap<String, Object>();
        if (dictionary != null) {
            Collections.list(dictionary.keys()).forEach(key -> settings.put(key, dictionary.get(key)));
        }
        return settings;
    }

    static Dictionary<String, Object> toDictionary(Map<String, Object> settings) {
        return new Hashtable<>(settings);
    }
}
