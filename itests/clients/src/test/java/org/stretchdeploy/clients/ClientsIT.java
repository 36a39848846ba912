package org.stretchdeploy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients written in Python, each a process of its own with a director of its own. */
class ClientsIT {
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path folder;

    private TestDirector director;

    @BeforeEach
    void start() throws IOException, CertificateEncodingException {
        director = TestDirector.start(folder);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void goLibrary() throws Exception {
        run("go_client.py");
    }

    @Test
    void pythonSdkAtTheNewestVersionItKnows() throws Exception {
        run("py_client.py", "36.0");
    }

    @Test
    void pythonSdkAtTheOldestVersionItKnows() throws Exception {
        run("py_client.py", "29.0");
    }

    @Test
    void terraformProviderAndFog() throws Exception {
        run("tf_fog_client.py");
    }

    /** Debian's python3-libcloud, unchanged. */
    @Test
    void apacheLibcloud() throws Exception {
        run("libcloud_client.py");
    }

    @Test
    void hostileClient() throws Exception {
        run("hostile_client.py");
    }

    private void run(String script, String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                PYTHON, "-B", Path.of(System.getProperty("scripts"), script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("DIRECTOR", director.address());
        builder.environment().put("DIRECTOR_CERTIFICATE", director.certificate().toString());
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains(" passed, 0 failed");
    }
}
