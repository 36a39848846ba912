package org.stretchdeploy.director.internal.cloud;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.User;
import org.stretchdeploy.director.internal.store.Store;

/** Passwords: kept as salted hashes only, compared in constant time. */
public final class Accounts {
    private static final int ITERATIONS = 60_000;
    private static final int KEY_BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();
    private final Store store;

    public Accounts(Store store) {
        this.store = store;
    }

    /** The account behind a name and password; letter case of user and organization does not matter. */
    public Optional<Principal> login(String user, String org, String password) {
        Optional<Principal> found = Optional.empty();
        User account = store.read(s -> s.users.values().stream()
                .filter(u -> u.name.equalsIgnoreCase(user))
                .filter(u -> s.orgs.get(u.orgId).name.equalsIgnoreCase(org))
                .findFirst()
                .orElse(null));
        // An unknown account costs as much time as a known one.
        String salt = account == null ? "00" : account.salt;
        byte[] given = hash(password, salt);
        if (account != null && MessageDigest.isEqual(given, HexFormat.of().parseHex(account.hash))) {
            found = Optional.of(principal(account.id));
        }
        return found;
    }

    /** The account as somebody who asks. */
    public Principal principal(String userId) {
        return store.read(s -> {
            User account = s.users.get(userId);
            Organization organization = s.orgs.get(account.orgId);
            return new Principal("", account.id, account.name, organization.id, organization.name, account.role, "");
        });
    }

    static void setPassword(User user, String password) {
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        user.salt = HexFormat.of().formatHex(salt);
        user.hash = HexFormat.of().formatHex(hash(password, user.salt));
    }

    static boolean matches(User user, String password) {
        return !user.hash.isEmpty()
                && MessageDigest.isEqual(
                        hash(password, user.salt), HexFormat.of().parseHex(user.hash));
    }

    /** A random secret of 144 bits. */
    public static String generate() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hash(String password, String salt) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(
                            password.toCharArray(), HexFormat.of().parseHex(salt), ITERATIONS, KEY_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("PBKDF2 is missing from this Java", e);
        }
    }
}
