package org.stretchdeploy.rest.internal.gate;

import java.io.IOException;
import java.security.Principal;
import java.util.Comparator;
import java.util.Optional;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs in to a JAAS realm, by default Karaf's {@code karaf} with its users.properties. */
public final class JaasPasswordCheck implements PasswordCheck {
    private static final Logger LOG = LoggerFactory.getLogger(JaasPasswordCheck.class);
    private static final String ROLE_PRINCIPAL = "org.apache.karaf.jaas.boot.principal.RolePrincipal";

    private final String realm;

    public JaasPasswordCheck(String realm) {
        this.realm = realm;
    }

    @Override
    public Optional<Caller> login(String user, char[] password) {
        var subject = new Subject();
        try {
            var login = new LoginContext(realm, subject, new Answers(user, password));
            login.login();
        } catch (FailedLoginException e) {
            return Optional.empty();
        } catch (LoginException e) {
            LOG.warn("event=login-impossible realm={} reason={}", realm, e.getMessage());
            return Optional.empty();
        }
        Optional<Role> role = subject.getPrincipals().stream()
                .filter(principal -> principal.getClass().getName().equals(ROLE_PRINCIPAL))
                .map(Principal::getName)
                .flatMap(word -> Role.ofWord(word).stream())
                .max(Comparator.naturalOrder());
        return Optional.of(new Caller(user, role));
    }

    private record Answers(String user, char[] password) implements CallbackHandler {
        @Override
        public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    name.setName(user);
                } else if (callback instanceof PasswordCallback secret) {
                    secret.setPassword(password.clone());
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        }
    }
}
