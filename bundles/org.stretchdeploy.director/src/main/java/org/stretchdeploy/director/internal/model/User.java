package org.stretchdeploy.director.internal.model;

/** An account. Only a salted hash of the password is kept. */
public final class User extends Entity {
    public String orgId = "";
    public Role role = Role.VAPP_AUTHOR;
    public String salt = "";
    public String hash = "";

    @Override
    public Kind kind() {
        return Kind.USER;
    }
}
