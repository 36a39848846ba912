package org.stretchdeploy.stretch.internal.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.memory.MemoryVendor;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.Json;

/** Registered clouds survive a restart, their passwords are sealed, and wrong data stores nothing. */
final class RegisteredCloudsTest {
    private static final Secret PASSWORD = Secret.of("correct horse battery");

    @TempDir
    Path folder;

    private final MemoryVendor vendor = new MemoryVendor()
            .add("private.example", ShopClouds.source("private").build(), "admin", PASSWORD);
    private final Set<String> used = new TreeSet<>();

    private RegisteredClouds open() {
        return new RegisteredClouds(
                folder,
                Json.mapper(),
                () -> Map.of("memory", vendor),
                used::contains,
                key -> key.equals("private/shop"));
    }

    private static CloudRegistration registration(String name, String host, String vendorName) {
        return new CloudRegistration(
                new CloudName(name),
                vendorName,
                URI.create("https://" + host),
                "acme",
                "admin",
                Optional.empty(),
                Map.of());
    }

    @Test
    void aCloudSurvivesARestartAndItsPasswordIsNowhereInTheClear() throws IOException {
        try (RegisteredClouds clouds = open()) {
            assertThat(clouds.add(registration("private", "private.example", "memory"), PASSWORD)
                            .usable())
                    .isTrue();
        }
        try (RegisteredClouds clouds = open()) {
            assertThat(clouds.list()).hasSize(1);
            assertThat(clouds.open("private").inventory().vdcs()).isNotEmpty();
            assertThat(clouds.vApps(new CloudName("private"))).anySatisfy(v -> assertThat(v.stretched())
                    .isEqualTo(v.name().equals("shop")));
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("correct horse");
            }
        }
    }

    @Test
    void wrongDataStoresNothing() {
        try (RegisteredClouds clouds = open()) {
            refused(
                    () -> clouds.add(registration("a", "private.example", "nothing"), PASSWORD),
                    StretchException.Kind.USER);
            refused(
                    () -> clouds.add(registration("a", "nowhere.example", "memory"), PASSWORD),
                    StretchException.Kind.EXTERNAL);
            refused(
                    () -> clouds.add(registration("a", "private.example", "memory"), Secret.of("wrong")),
                    StretchException.Kind.DENIED);
            refused(() -> clouds.open("a"), StretchException.Kind.NOT_FOUND);
            assertThat(clouds.list()).isEmpty();
        }
    }

    @Test
    void aTakenNameAndACloudInUseAreConflicts() {
        try (RegisteredClouds clouds = open()) {
            clouds.add(registration("private", "private.example", "memory"), PASSWORD);
            refused(
                    () -> clouds.add(registration("private", "private.example", "memory"), PASSWORD),
                    StretchException.Kind.CONFLICT);
            used.add("private");
            refused(() -> clouds.remove(new CloudName("private")), StretchException.Kind.CONFLICT);
            used.clear();
            clouds.remove(new CloudName("private"));
            refused(() -> clouds.remove(new CloudName("private")), StretchException.Kind.NOT_FOUND);
        }
    }

    @Test
    void aSealedPasswordOpensOnlyForItsCloud() {
        PasswordVault vault = new PasswordVault(folder.resolve("key"));
        String sealed = vault.seal("one", PASSWORD);
        assertThat(vault.open("one", sealed)).isEqualTo(PASSWORD);
        assertThat(vault.seal("one", PASSWORD)).isNotEqualTo(sealed);
        assertThatThrownBy(() -> vault.open("two", sealed)).isInstanceOf(IllegalStateException.class);
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, StretchException.Kind kind) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StretchException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).endsWith(".");
        });
    }
}
