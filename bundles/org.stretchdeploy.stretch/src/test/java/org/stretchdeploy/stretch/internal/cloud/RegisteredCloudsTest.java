package org.stretchdeploy.stretch.internal.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.memory.MemoryVendor;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.stretch.internal.Json;
import org.stretchdeploy.stretch.internal.register.OldFiles;
import org.stretchdeploy.stretch.internal.register.StoredStretches;

/** Registered clouds survive a restart, their passwords are sealed, and wrong data stores nothing. */
final class RegisteredCloudsTest {
    private static final Secret PASSWORD = Secret.of("correct horse battery");

    @TempDir
    Path folder;

    private Store store;

    @BeforeEach
    void openStore() {
        store = Store.open(
                new DatabaseSettings("jdbc:h2:file:" + folder.resolve("store"), "stretch", "secret"), new byte[32]);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private final MemoryVendor vendor = new MemoryVendor()
            .add("private.example", ShopClouds.source("private").build(), "admin", PASSWORD);
    private final Set<String> used = new TreeSet<>();

    private RegisteredClouds open() {
        return new RegisteredClouds(
                store,
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
        store.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("correct horse");
            }
        }
    }

    @Test
    void whatOneNodeRegistersOrReplacesAnotherUses() {
        try (RegisteredClouds one = open();
                RegisteredClouds two = open()) {
            one.add(registration("private", "private.example", "memory"), PASSWORD);
            var before = two.open("private");
            assertThat(two.open("private")).isSameAs(before);
            refused(
                    () -> two.add(registration("private", "private.example", "memory"), PASSWORD),
                    StretchException.Kind.CONFLICT);
            one.remove(new CloudName("private"));
            refused(() -> two.open("private"), StretchException.Kind.NOT_FOUND);
            one.add(registration("private", "private.example", "memory"), PASSWORD);
            assertThat(two.open("private").inventory().vdcs()).isNotEmpty();
        }
    }

    @Test
    void filesOfAnEarlierReleaseAreBroughtInOnce() throws Exception {
        byte[] key = new byte[32];
        key[1] = 7;
        Path old = Files.createDirectories(folder.resolve("old/clouds"));
        Files.write(old.resolve("vault.key"), key);
        var entry = new RegisteredClouds.Entry(
                registration("private", "private.example", "memory"), sealedAsBefore(key, "private"));
        Files.write(old.resolve("clouds.json"), Json.mapper().writeValueAsBytes(java.util.List.of(entry)));
        Path stretches = Files.createDirectories(folder.resolve("old/stretches"));
        Files.writeString(stretches.resolve("st-1.json"), "{\"id\":\"st-1\"}");
        for (int start = 1; start <= 2; start++) {
            new OldFiles(folder.resolve("old"), store, Json.mapper()).bringIn();
            try (RegisteredClouds clouds = open()) {
                assertThat(clouds.open("private").inventory().vdcs()).isNotEmpty();
            }
            assertThat(store.documents().find(StoredStretches.KIND, "st-1")).contains("{\"id\":\"st-1\"}");
        }
        assertThat(old).doesNotExist();
        assertThat(folder.resolve("old/clouds.imported")).isDirectory();
    }

    /** AES-256-GCM, twelve bytes of nonce in front, the cloud's name authenticated: the form of the first release. */
    private static String sealedAsBefore(byte[] key, String cloud) throws Exception {
        byte[] nonce = new byte[12];
        var cipher = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                javax.crypto.Cipher.ENCRYPT_MODE,
                new javax.crypto.spec.SecretKeySpec(key, "AES"),
                new javax.crypto.spec.GCMParameterSpec(128, nonce));
        cipher.updateAAD(cloud.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        byte[] sealed = cipher.doFinal("correct horse battery".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        byte[] all = java.util.Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
        return java.util.Base64.getEncoder().encodeToString(all);
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

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, StretchException.Kind kind) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StretchException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).endsWith(".");
        });
    }
}
