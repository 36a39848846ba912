package org.stretchdeploy.vendor.vcd.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** An answer of the cloud, its body read and bounded. */
public record Reply(int status, HttpHeaders headers, byte[] body) {
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    public boolean empty() {
        return body.length == 0;
    }

    public Elem xml() {
        return Xml.parse(body);
    }

    public JsonNode json() {
        return Json.parse(body);
    }

    Optional<Duration> retryAfter() {
        return header("Retry-After")
                .filter(value -> value.matches("[0-9]{1,4}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    @Override
    public String toString() {
        return "Reply[" + status + ", " + body.length + " bytes]";
    }
}
