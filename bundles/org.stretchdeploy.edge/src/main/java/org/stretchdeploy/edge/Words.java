package org.stretchdeploy.edge;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Folds the words of rules: what means the same becomes the same text. Unknown words only lose case and outer blanks.
 */
final class Words {
    static final String ANY = "any";
    private static final Set<String> ANYTHING = Set.of("", "any", "*", "-1", "all");
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0/0", "0.0.0.0-255.255.255.255");
    private static final Set<String> ANY_PORT = Set.of("0-65535", "1-65535");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private Words() {}

    static String word(String text) {
        return text == null ? "" : BLANKS.matcher(text.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A name keeps its case; white space is folded; quotes keep it one field of its line. */
    static String quoted(String name) {
        return "\"" + name(name).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    static String name(String name) {
        return name == null ? "" : BLANKS.matcher(name).replaceAll(" ").strip();
    }

    static String endpoint(String address, String port) {
        return address(address) + ":" + port(port);
    }

    static String port(String port) {
        String folded = word(port).replace(" ", "");
        return ANYTHING.contains(folded) || ANY_PORT.contains(folded) ? ANY : single(folded);
    }

    static String protocol(String protocol) {
        String folded = word(protocol);
        return ANYTHING.contains(folded) ? ANY : folded;
    }

    /** Sorted, each once; several with any among them are any. */
    static String protocols(List<String> protocols) {
        List<String> folded =
                protocols.stream().map(Words::protocol).distinct().sorted().toList();
        return folded.isEmpty() || folded.contains(ANY) ? ANY : String.join(",", folded);
    }

    /** An address, CIDR, range, comma-separated list of these, or a word such as internal. */
    static String address(String address) {
        String folded = word(address).replace(" ", "");
        if (folded.indexOf(',') >= 0) {
            return List.of(folded.split(",")).stream().map(Words::address).distinct().sorted().toList().stream()
                    .reduce((a, b) -> a + "," + b)
                    .orElse(ANY);
        }
        if (ANYTHING.contains(folded) || ANY_ADDRESS.contains(folded)) {
            return ANY;
        }
        return single(network(folded));
    }

    /** {@code n-n} is {@code n}. */
    private static String single(String range) {
        int dash = range.indexOf('-');
        return dash > 0 && range.substring(0, dash).equals(range.substring(dash + 1))
                ? range.substring(0, dash)
                : range;
    }

    /** Clears the host bits of a CIDR; {@code /32} is the address alone. Anything else stays. */
    private static String network(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return text;
        }
        Matcher address = IPV4.matcher(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (!address.matches() || !length.matches("\\d|[12]\\d|3[0-2]")) {
            return text;
        }
        long bits = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(address.group(i));
            if (octet > 255) {
                return text;
            }
            bits = bits << 8 | octet;
        }
        int prefix = Integer.parseInt(length);
        if (prefix == 0) {
            return ANY;
        }
        long masked = bits & (0xffffffffL << (32 - prefix)) & 0xffffffffL;
        String network = (masked >> 24) + "." + (masked >> 16 & 255) + "." + (masked >> 8 & 255) + "." + (masked & 255);
        return prefix == 32 ? network : network + "/" + prefix;
    }
}
