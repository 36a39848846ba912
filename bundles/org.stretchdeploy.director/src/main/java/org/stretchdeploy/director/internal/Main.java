package org.stretchdeploy.director.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.embed.EmbeddedDirector;

/** A director as a process of its own: {@code Main --config director.json}. Ends at SIGTERM; guests keep running. */
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            System.err.println("usage: --config director.json");
            System.exit(USAGE);
        }
        EmbeddedDirector director;
        try {
            director = EmbeddedDirector.start(DirectorConfig.read(Path.of(arguments[1])));
        } catch (IOException | RuntimeException e) {
            System.err.println("the director cannot start: " + e.getMessage());
            System.exit(1);
            return;
        }
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            director.close();
            end.countDown();
        }));
        director.generatedPasswords()
                .forEach((account, password) -> System.out.println("generated password " + account + ": " + password));
        System.out.println("director ready " + director.uri());
        System.out.flush();
        end.await();
    }
}
