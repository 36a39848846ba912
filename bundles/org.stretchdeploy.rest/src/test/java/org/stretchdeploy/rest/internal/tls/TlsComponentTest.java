package org.stretchdeploy.rest.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.stretchdeploy.rest.internal.RestSettings;

/** TLS stays on, whatever order the web server's own file and we come in. */
class TlsComponentTest {
    /** What the web server's own feature brings. */
    private static final Map<String, Object> PLAIN = Map.of("org.osgi.service.http.port", "8181");

    @TempDir
    Path folder;

    private Dictionary<String, Object> kept = new Hashtable<>(PLAIN);
    private int updates;

    private final Configuration configuration =
            proxy(Configuration.class, (self, method, arguments) -> switch (method.getName()) {
                case "getProperties" -> kept;
                case "update" -> {
                    @SuppressWarnings("unchecked")
                    var given = (Dictionary<String, Object>) arguments[0];
                    kept = given;
                    updates++;
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final ConfigurationAdmin admin =
            proxy(ConfigurationAdmin.class, (self, method, arguments) -> configuration);

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static RestSettings settings(boolean manageTls) {
        return proxy(RestSettings.class, (self, method, arguments) -> switch (method.getName()) {
            case "manageTls" -> manageTls;
            case "annotationType" -> (Class<? extends Annotation>) RestSettings.class;
            default -> method.getDefaultValue();
        });
    }

    @BeforeEach
    void folders() {
        System.setProperty("karaf.etc", folder.resolve("etc").toString());
        System.setProperty("karaf.data", folder.resolve("data").toString());
    }

    @AfterEach
    void noFolders() {
        System.clearProperty("karaf.etc");
        System.clearProperty("karaf.data");
    }

    @SuppressWarnings("unchecked")
    private static ConfigurationEvent updated(String pid) {
        return new ConfigurationEvent(
                proxy(ServiceReference.class, (self, method, arguments) -> null),
                ConfigurationEvent.CM_UPDATED,
                null,
                pid);
    }

    private Object plainHttp() {
        return kept.get("org.osgi.service.http.enabled");
    }

    @Test
    void theWebServersOwnFileMayComeLater() throws Exception {
        var component = new TlsComponent(settings(true), admin);
        assertThat(plainHttp()).isEqualTo("false");
        String fingerprint = Files.readString(folder.resolve("data/stretch/tls/fingerprint"));
        kept = new Hashtable<>(PLAIN);
        component.configurationEvent(updated("somebody.else"));
        assertThat(plainHttp()).isNull();
        component.configurationEvent(updated(WebServerSettings.PID));
        assertThat(plainHttp()).isEqualTo("false");
        assertThat(folder.resolve("data/stretch/tls/fingerprint")).hasContent(fingerprint);
        assertThat(updates).isEqualTo(2);
        component.configurationEvent(updated(WebServerSettings.PID));
        assertThat(updates).as("our own update changes nothing").isEqualTo(2);
    }

    @Test
    void whatAnAdminHasSetUpIsLeftAlone() throws Exception {
        kept = new Hashtable<>(Map.of(WebServerSettings.KEY_STORE, "/own.p12"));
        var component = new TlsComponent(settings(true), admin);
        component.configurationEvent(updated(WebServerSettings.PID));
        assertThat(updates).isZero();
        assertThat(folder.resolve("data/stretch/tls/fingerprint")).doesNotExist();
    }

    @Test
    void nothingIsSetUpWhereNobodyWantsIt() throws Exception {
        new TlsComponent(settings(false), admin).configurationEvent(updated(WebServerSettings.PID));
        assertThat(updates).isZero();
    }
}
