package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands without a shell. */
final class Exec {
    private Exec() {}

    record Result(int status, String output) {
        boolean ok() {
            return status == 0;
        }
    }

    /** Output and errors together; a command that takes longer is killed and counts as failed. */
    static Result run(Duration limit, List<String> command) {
        Ending.pass();
        try {
            Path capture = Files.createTempFile("stretch-lab", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(capture.toFile())
                        .start();
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                String output = Files.readString(capture, StandardCharsets.UTF_8);
                return new Result(ended ? process.exitValue() : 124, output);
            } finally {
                Files.deleteIfExists(capture);
            }
        } catch (IOException e) {
            throw new LabException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    static String must(List<String> command) {
        Result result = run(Duration.ofSeconds(60), command);
        if (!result.ok()) {
            throw new LabException(
                    "failed (" + result.status() + "): " + String.join(" ", command) + "\n" + result.output());
        }
        return result.output();
    }
}
