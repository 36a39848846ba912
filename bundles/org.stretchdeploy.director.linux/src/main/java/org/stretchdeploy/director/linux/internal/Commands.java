package org.stretchdeploy.director.linux.internal;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.stretchdeploy.director.host.HostException;

/**
 * Runs the machine's programs: argument lists (never a shell), a time limit, bounded output. Safe for use by several
 * threads.
 */
final class Commands {
    static final Duration SHORT = Duration.ofSeconds(20);
    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final Set<String> KEPT_VARIABLES = Set.of("HOME", "LANG", "LC_ALL", "JAVA_HOME", "TZ");
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What a program left behind; {@code output} and {@code errors} are cut at 1 MiB each. */
    record Result(int exitCode, String output, String errors) {
        boolean ok() {
            return exitCode == 0;
        }
    }

    /** Runs a program that is expected to succeed and returns its output. */
    String run(List<String> command) {
        return run(SHORT, command);
    }

    String run(Duration limit, List<String> command) {
        return succeeded(command, attempt(limit, Optional.empty(), command));
    }

    /** Like {@link #run(List)} with text on the program's standard input. */
    String runWithInput(String input, List<String> command) {
        return succeeded(command, attempt(SHORT, Optional.of(input), command));
    }

    /** Runs a program with text on its input whose failure does not matter. */
    Result attempt(String input, List<String> command) {
        return attempt(SHORT, Optional.of(input), command);
    }

    /** Runs a program whose failure is an answer. */
    Result attempt(List<String> command) {
        return attempt(SHORT, Optional.empty(), command);
    }

    private Result attempt(Duration limit, Optional<String> input, List<String> command) {
        Process process = start(command, input.isPresent());
        CompletableFuture<String> output = capture(process.getInputStream());
        CompletableFuture<String> errors = capture(process.getErrorStream());
        input.ifPresent(text -> feed(process, text));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new HostException(command.get(0) + " did not finish within " + limit.toSeconds() + " s");
            }
            // A child that the program left behind may keep the pipe open; what was said until now is enough.
            return new Result(process.exitValue(), output.get(5, TimeUnit.SECONDS), errors.get(5, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new HostException("Interrupted while " + command.get(0) + " ran", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new HostException("Cannot read what " + command.get(0) + " printed", e);
        }
    }

    /**
     * Starts a program in a session of its own that outlives this process; its output is appended to a file. The
     * returned process id is the program's own, because neither {@code setsid} nor {@code ip netns exec} forks here.
     */
    long detach(List<String> command, Path folder, Path log) {
        List<String> full = new ArrayList<>(command);
        full.add(0, "setsid");
        ProcessBuilder builder = new ProcessBuilder(full)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The director's own environment is none of the program's business.
        builder.environment().keySet().retainAll(KEPT_VARIABLES);
        builder.environment().put("PATH", PATH);
        try {
            return builder.start().pid();
        } catch (IOException e) {
            throw new HostException("Cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    private static Process start(List<String> command, boolean withInput) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C");
        if (!withInput) {
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new HostException(
                    "Cannot run " + command.get(0) + "; is its package installed? (" + e.getMessage() + ")", e);
        }
    }

    private static void feed(Process process, String text) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The program stopped reading; its exit code and errors say why.
        }
    }

    private static CompletableFuture<String> capture(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        text.complete(read(stream));
                    } catch (IOException | UncheckedIOException e) {
                        text.completeExceptionally(e);
                    }
                },
                "command-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }

    private static String read(InputStream stream) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            kept.write(buffer, 0, Math.min(n, OUTPUT_LIMIT - kept.size()));
        }
        return kept.toString(StandardCharsets.UTF_8);
    }

    private static String succeeded(List<String> command, Result result) {
        if (!result.ok()) {
            String reason = result.errors().isBlank() ? result.output() : result.errors();
            throw new HostException(describe(command) + " failed: "
                    + reason.strip()
                            .lines()
                            .limit(5)
                            .reduce((a, b) -> a + "; " + b)
                            .orElse("exit code " + result.exitCode()));
        }
        return result.output();
    }

    private static String describe(List<String> command) {
        String text = String.join(" ", command);
        return text.length() <= 160 ? text : text.substring(0, 160) + "...";
    }
}
