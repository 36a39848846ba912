package org.stretchdeploy.rest.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of {@code etc/org.stretchdeploy.rest.cfg}. */
@ObjectClassDefinition(name = "Stretch Deploy: web surfaces", id = RestSettings.PID)
public @interface RestSettings {
    /** The configuration's name. */
    String PID = "org.stretchdeploy.rest";

    @AttributeDefinition(description = "JAAS realm that logins are proved against")
    String realm() default "karaf";

    @AttributeDefinition(description = "largest body of a request, in bytes")
    long maxBodyBytes() default 1_048_576;

    @AttributeDefinition(description = "how many callers may follow operations at once")
    int maxFollowers() default 64;

    @AttributeDefinition(description = "seconds between signs of life while nothing happens in a followed operation")
    int keepAliveSeconds() default 15;

    @AttributeDefinition(description = "whether to set up TLS for the web server when nobody has")
    boolean manageTls() default true;

    @AttributeDefinition(
            description = "https port that is set together with the certificate, unless the web server has one")
    int tlsPort() default 8443;
}
