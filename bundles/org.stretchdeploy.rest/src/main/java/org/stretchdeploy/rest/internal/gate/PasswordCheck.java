package org.stretchdeploy.rest.internal.gate;

import java.util.Optional;

/** Proves a login. Safe from any thread. */
@FunctionalInterface
public interface PasswordCheck {
    /** Returns who it is, empty when user or password is wrong. The password is not kept. */
    Optional<Caller> login(String user, char[] password);
}
