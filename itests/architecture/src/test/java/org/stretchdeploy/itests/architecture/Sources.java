package org.stretchdeploy.itests.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java files as the compiler's syntax trees: names, literals and lengths without guessing at braces. */
record Sources(List<Unit> units, SourcePositions positions) {

    /**
     * One file.
     *
     * @param path relative to the root
     */
    record Unit(Path path, CompilationUnitTree tree) {

        long line(long position) {
            return tree.getLineMap().getLineNumber(position);
        }
    }

    /** All our Java files: main and test code of bundles and integration tests. */
    static Sources ours() {
        List<JavaFileObject> files = new ArrayList<>();
        Checkout.files(".java").forEach(path -> files.add(new Text(path.toString(), Checkout.read(path))));
        return parse(files);
    }

    static Sources of(String path, String text) {
        return parse(List.of(new Text(path, text)));
    }

    private static Sources parse(List<JavaFileObject> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, files);
            List<Unit> units = new ArrayList<>();
            for (CompilationUnitTree tree : task.parse()) {
                units.add(new Unit(Path.of(tree.getSourceFile().getName().substring(1)), tree));
            }
            return new Sources(units, Trees.instance(task).getSourcePositions());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Text extends SimpleJavaFileObject {

        private final String text;

        Text(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
        }
    }
}
