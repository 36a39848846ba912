import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Counts the tests that ran, by kind, from the reports of all modules; run as {@code java itests/CountTests.java}.
 *
 * <p>It counts the elements that stand for one test each: a report's own totals are those of the last engine only when
 * two engines ran one class, and say nothing of nested classes. Ends with 1 when a test failed or was skipped, or when
 * fewer tests of a kind ran than its floor says.
 */
public final class CountTests {

    /** What a test shows, and how many there are at least; raise a floor when tests are added. */
    private enum Kind {
        UNIT("unit", 740),
        PROPERTY("property (laws, by jqwik)", 30),
        CONFORMANCE("conformance kit on adapters", 200),
        ARCHITECTURE("architecture and tidiness", 24),
        FUZZ("seeds and findings of the fuzz targets", 90),
        LAB("lab (real packets, guests)", 50),
        CONTAINER("in the Karaf container", 12),
        CLIENTS("independent clients", 6),
        END_TO_END("end to end", 4),
        OTHER("other integration", 0);

        private final String words;
        private final int floor;

        Kind(String words, int floor) {
            this.words = words;
            this.floor = floor;
        }
    }

    private enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    private static final Pattern PROPERTY =
            Pattern.compile("@(?:Property|Example)\\b[\\s\\S]*?\\b(?:void|boolean)\\s+(\\w+)\\s*\\(");

    private final Map<Kind, Map<Outcome, Integer>> counts = new EnumMap<>(Kind.class);
    private final Map<Path, Set<String>> properties = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        CountTests counter = new CountTests();
        counter.read(Path.of(arguments.length > 0 ? arguments[0] : "."));
        System.exit(counter.report() ? 0 : 1);
    }

    private void read(Path root) throws IOException, XMLStreamException {
        List<Path> reports;
        try (Stream<Path> files = Files.walk(root, 6)) {
            reports = files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .filter(file -> file.getParent().endsWith("target/surefire-reports")
                            || file.getParent().endsWith("target/failsafe-reports"))
                    .sorted()
                    .toList();
        }
        for (Path report : reports) {
            readReport(report);
        }
    }

    private void readReport(Path report) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            String suite = "";
            String className = "";
            String name = "";
            Outcome outcome = Outcome.PASSED;
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.getLocalName()) {
                        case "testsuite" -> suite = attribute(xml, "name");
                        case "testcase" -> {
                            // jqwik gives the class without its package
                            className = attribute(xml, "classname");
                            className = className.contains(".") ? className : suite;
                            name = attribute(xml, "name");
                            outcome = Outcome.PASSED;
                        }
                        case "failure", "error" -> outcome = Outcome.FAILED;
                        case "skipped" -> outcome = Outcome.SKIPPED;
                        default -> {}
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
                    counts.computeIfAbsent(kind(report, className, name), kind -> new EnumMap<>(Outcome.class))
                            .merge(outcome, 1, Integer::sum);
                }
            }
        }
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    private Kind kind(Path report, String className, String name) throws IOException {
        Path module = report.getParent().getParent().getParent();
        String outer = className.replaceAll("\\$.*", "");
        if (report.getParent().endsWith("failsafe-reports")) {
            if (module.endsWith("itests/karaf")) {
                return Kind.CONTAINER;
            }
            if (module.endsWith("itests/clients")) {
                return Kind.CLIENTS;
            }
            if (module.endsWith("itests/lab")) {
                return Kind.END_TO_END;
            }
            return outer.endsWith("LabIT") ? Kind.LAB : Kind.OTHER;
        }
        if (module.endsWith("itests/architecture")) {
            return Kind.ARCHITECTURE;
        }
        if (module.endsWith("itests/fuzz")) {
            return Kind.FUZZ;
        }
        if (outer.endsWith("ConformanceTest")) {
            return Kind.CONFORMANCE;
        }
        Path source = module.resolve("src/test/java/" + outer.replace('.', '/') + ".java");
        return properties(source).contains(name.replaceAll("[^\\w].*", "")) ? Kind.PROPERTY : Kind.UNIT;
    }

    private Set<String> properties(Path source) throws IOException {
        Set<String> known = properties.get(source);
        if (known == null) {
            known = new HashSet<>();
            if (Files.exists(source)) {
                PROPERTY.matcher(Files.readString(source)).results().map(found -> found.group(1)).forEach(known::add);
            }
            properties.put(source, known);
        }
        return known;
    }

    /** Prints the table; true when all is well. */
    private boolean report() {
        Map<Outcome, Integer> all = new EnumMap<>(Outcome.class);
        List<String> complaints = new ArrayList<>();
        System.out.println("Tests by kind");
        for (Kind kind : Kind.values()) {
            Map<Outcome, Integer> of = counts.getOrDefault(kind, Map.of());
            of.forEach((outcome, number) -> all.merge(outcome, number, Integer::sum));
            int ran = of.getOrDefault(Outcome.PASSED, 0) + of.getOrDefault(Outcome.FAILED, 0);
            if (kind != Kind.OTHER || !of.isEmpty()) {
                System.out.printf("%-30s %s%n", kind.words, line(of));
            }
            if (ran < kind.floor) {
                complaints.add("only " + ran + " tests of kind \"" + kind.words + "\" ran, at least " + kind.floor + " are there");
            }
        }
        if (all.getOrDefault(Outcome.SKIPPED, 0) > 0) {
            complaints.add("tests were skipped");
        }
        complaints.forEach(complaint -> System.out.println("stretch: " + complaint));
        System.out.println();
        System.out.println(line(all));
        return complaints.isEmpty() && all.getOrDefault(Outcome.FAILED, 0) == 0;
    }

    private static String line(Map<Outcome, Integer> of) {
        return of.getOrDefault(Outcome.PASSED, 0) + " passed, " + of.getOrDefault(Outcome.FAILED, 0) + " failed, "
                + of.getOrDefault(Outcome.SKIPPED, 0) + " skipped";
    }
}
