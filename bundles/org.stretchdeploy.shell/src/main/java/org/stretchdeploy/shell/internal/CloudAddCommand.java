package org.stretchdeploy.shell.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;

/** Registers a cloud. The password never is an argument, because arguments stay in the history. */
@Service
@Command(scope = "stretch", name = "cloud-add", description = "Registers a cloud after one login that proves the data")
public final class CloudAddCommand extends StretchCommand {
    private static final int MAX_PASSWORD_FILE = 4096;

    @Argument(index = 0, name = "name", description = "Your name for the cloud", required = true)
    String name;

    @Argument(index = 1, name = "endpoint", description = "https address of the cloud's API", required = true)
    String endpoint;

    @Argument(index = 2, name = "organization", description = "Organization (tenant) to work in", required = true)
    String organization;

    @Argument(index = 3, name = "user", description = "Account at the cloud", required = true)
    String user;

    @Option(name = "--vendor", description = "Adapter to use")
    @Completion(VendorCompleter.class)
    String vendor = "vcd";

    @Option(
            name = "--certificate-sha256",
            description = "SHA-256 of the cloud's certificate when no known authority signed it")
    String certificateSha256;

    @Option(name = "--password-file", description = "Read the password from the first line of this file")
    String passwordFile;

    @Option(name = "--password-stdin", description = "Read the password from the first line of the input")
    boolean passwordStdin;

    @Override
    void run() throws IOException {
        var registration = new CloudRegistration(
                new CloudName(name),
                vendor,
                address(endpoint),
                organization,
                user,
                Optional.ofNullable(certificateSha256),
                Map.of());
        var check = clouds.add(registration, password());
        if (json) {
            printJson(check);
        } else {
            out().println("Registered " + name + ".");
            out().print(CloudText.of(check, ink()));
        }
    }

    private static URI address(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw StretchException.user(
                    "invalid-endpoint", "The endpoint of a cloud is an https address such as https://vcd.example.com.");
        }
    }

    private Secret password() throws IOException {
        String given;
        if (passwordFile != null) {
            given = firstLine(Path.of(passwordFile));
        } else if (passwordStdin) {
            given = new BufferedReader(new InputStreamReader(session.getKeyboard(), StandardCharsets.UTF_8)).readLine();
        } else {
            given = session.readLine("Password of " + user + ": ", '*');
        }
        if (given == null || given.isEmpty()) {
            throw StretchException.user("missing-password", "Give the password of the account at the cloud.");
        }
        return Secret.of(given);
    }

    private static String firstLine(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.size(file) > MAX_PASSWORD_FILE) {
            throw StretchException.user(
                    "unreadable-password-file", "The password file cannot be read or is too large.");
        }
        return Files.readString(file).lines().findFirst().orElse("");
    }
}
