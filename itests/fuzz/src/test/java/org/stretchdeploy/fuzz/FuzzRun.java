package org.stretchdeploy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fuzzes every target for a number of seconds, each in a process of its own ({@code ./stretch fuzz SECONDS [NAME]}). Starts
 * from the seeds in the sources and from what earlier runs found interesting (target/corpus). A finding's input is in
 * target/findings; once mended it belongs among the seeds. The last line is {@code targets=N seconds=S findings=K}; ends
 * with 1 when there are findings.
 */
public final class FuzzRun {
    private static final Path CLASSES = Path.of("target/test-classes");
    private static final Path SEEDS = Path.of("src/test/resources");
    private static final Pattern RUNS = Pattern.compile("(?m)^Done (\\d+) runs");
    private static final int GRACE_SECONDS = 120;

    private final int seconds;
    private int findings;

    private FuzzRun(int seconds) {
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        FuzzRun run = new FuzzRun(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60);
        String wanted = arguments.length > 1 ? arguments[1] : "";
        List<Method> targets = targets().stream()
                .filter(target -> name(target).contains(wanted))
                .toList();
        for (Method target : targets) {
            run.fuzz(target);
        }
        System.out.println("targets=" + targets.size() + " seconds=" + run.seconds + " findings=" + run.findings);
        System.exit(run.findings == 0 && !targets.isEmpty() ? 0 : 1);
    }

    /** Every method with the annotation, in a steady order. */
    private static List<Method> targets() throws IOException, ClassNotFoundException {
        List<Method> targets = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<String> names = files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith("Fuzz.class"))
                    .map(file -> file.replace(File.separatorChar, '.').replace(".class", ""))
                    .sorted()
                    .toList();
            for (String name : names) {
                Arrays.stream(Class.forName(name).getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(FuzzTest.class))
                        .sorted(java.util.Comparator.comparing(Method::getName))
                        .forEach(targets::add);
            }
        }
        return targets;
    }

    private static String name(Method target) {
        return target.getDeclaringClass().getSimpleName() + "." + target.getName();
    }

    private void fuzz(Method target) throws IOException, InterruptedException {
        String name = name(target);
        Path corpus = Files.createDirectories(Path.of("target/corpus", name));
        Path found = Files.createDirectories(Path.of("target/findings", name));
        Path log = Path.of("target", "fuzz-" + name + ".log");
        Process process = new ProcessBuilder(command(target, corpus, found))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String text = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
        Matcher runs = RUNS.matcher(text);
        boolean clean = ended && process.exitValue() == 0;
        findings += clean ? 0 : 1;
        System.out.println("target=" + name + " runs=" + (runs.find() ? runs.group(1) : "unknown") + " result="
                + (clean ? "clean" : ended ? "finding, see " + log + " and " + found : "hangs, see " + log));
    }

    private static List<String> seeds(Method target) {
        Path seeds = SEEDS.resolve(target.getDeclaringClass().getName().replace('.', '/') + "Inputs")
                .resolve(target.getName());
        return Files.isDirectory(seeds) ? List.of(seeds.toString()) : List.of();
    }

    private List<String> command(Method target, Path corpus, Path found) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getDeclaringClass().getName(),
                "--target_method=" + target.getName(),
                "--instrumentation_includes=org.stretchdeploy.**",
                "--custom_hook_includes=org.stretchdeploy.**",
                "--reproducer_path=" + found,
                "-artifact_prefix=" + found + File.separator,
                "-max_total_time=" + seconds,
                "-max_len=8192",
                corpus.toString()));
        command.addAll(seeds(target));
        return command;
    }
}
