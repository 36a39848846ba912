package org.stretchdeploy.director.internal.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;

/**
 * A filter expression: comparisons joined by {@code ;} (and) and {@code ,} (or), with parentheses. Values may have
 * {@code *} and may be percent-encoded once more. A value that refers to an entity is compared by its uuid, in whatever
 * form it comes.
 */
final class Fiql {
    private static final int MAX_LENGTH = 8192;
    private static final Pattern COMPARISON =
            Pattern.compile("([A-Za-z][A-Za-z0-9_.:@]*)(==|!=|=lt=|=gt=|=le=|=ge=)(.*)", Pattern.DOTALL);
    private final String text;
    private int position;
    private int depth;

    /** A node of the expression. */
    private interface Node {
        boolean matches(Function<String, Optional<String>> fields);
    }

    private Node root = fields -> true;

    private Fiql(String text) {
        this.text = text;
    }

    static Fiql parse(String text) {
        Fiql fiql = new Fiql(text);
        if (text.length() > MAX_LENGTH) {
            throw ApiException.badRequest("The filter is too long.");
        }
        if (!text.isBlank()) {
            fiql.root = fiql.or();
            if (fiql.position != text.length()) {
                throw wrong(text);
            }
        }
        return fiql;
    }

    boolean matches(Function<String, Optional<String>> fields) {
        return root.matches(fields);
    }

    private static ApiException wrong(String text) {
        return ApiException.badRequest("The filter \"" + text + "\" cannot be read.");
    }

    private Node or() {
        List<Node> parts = new ArrayList<>(List.of(and()));
        while (position < text.length() && text.charAt(position) == ',') {
            position++;
            parts.add(and());
        }
        return fields -> parts.stream().anyMatch(p -> p.matches(fields));
    }

    private Node and() {
        List<Node> parts = new ArrayList<>(List.of(term()));
        while (position < text.length() && text.charAt(position) == ';') {
            position++;
            parts.add(term());
        }
        return fields -> parts.stream().allMatch(p -> p.matches(fields));
    }

    private Node term() {
        if (position < text.length() && text.charAt(position) == '(') {
            if (++depth > 32) {
                throw wrong(text);
            }
            position++;
            Node inner = or();
            if (position >= text.length() || text.charAt(position) != ')') {
                throw wrong(text);
            }
            position++;
            depth--;
            return inner;
        }
        int start = position;
        while (position < text.length() && ";,)".indexOf(text.charAt(position)) < 0) {
            position++;
        }
        var matcher = COMPARISON.matcher(text.substring(start, position));
        if (!matcher.matches()) {
            throw wrong(text);
        }
        String name = matcher.group(1);
        String operator = matcher.group(2);
        String value = decoded(matcher.group(3));
        return fields -> compare(fields.apply(name), operator, value);
    }

    private static String decoded(String value) {
        if (!value.contains("%")) {
            return value;
        }
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    private static boolean compare(Optional<String> field, String operator, String value) {
        if (field.isEmpty()) {
            return operator.equals("!=");
        }
        String found = field.get();
        return switch (operator) {
            case "==" -> same(found, value);
            case "!=" -> !same(found, value);
            case "=lt=" -> order(found, value) < 0;
            case "=gt=" -> order(found, value) > 0;
            case "=le=" -> order(found, value) <= 0;
            default -> order(found, value) >= 0;
        };
    }

    private static boolean same(String found, String value) {
        Optional<String> wanted = Hrefs.uuid(value);
        if (wanted.isPresent() && wanted.equals(Hrefs.uuid(found))) {
            return true;
        }
        if (!value.contains("*")) {
            return found.equals(value);
        }
        // Each part must follow the one before; done by hand, so that no input makes it slow.
        String[] parts = value.split("\\*", -1);
        String first = parts[0];
        String last = parts[parts.length - 1];
        if (!found.startsWith(first) || !found.endsWith(last) || found.length() < first.length() + last.length()) {
            return false;
        }
        int from = first.length();
        int end = found.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int at = found.indexOf(parts[i], from);
            if (at < 0 || at + parts[i].length() > end) {
                return false;
            }
            from = at + parts[i].length();
        }
        return true;
    }

    private static int order(String found, String value) {
        if (found.matches("-?\\d{1,18}") && value.matches("-?\\d{1,18}")) {
            return Long.compare(Long.parseLong(found), Long.parseLong(value));
        }
        return found.compareTo(value);
    }
}
