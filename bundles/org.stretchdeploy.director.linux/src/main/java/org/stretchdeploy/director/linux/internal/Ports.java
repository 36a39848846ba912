package org.stretchdeploy.director.linux.internal;

import java.util.Optional;
import org.stretchdeploy.director.host.HostException;

/** Transport ports as a rule writes them: {@code Any}, {@code n} or {@code n-m}. */
record Ports(int first, int last) {
    Ports {
        if (first < 0 || last > 65535 || first > last) {
            throw new HostException("The port range " + first + "-" + last + " is not valid");
        }
    }

    /** Empty for any port: {@code Any}, {@code -1}, blank or absent. */
    static Optional<Ports> parse(String text) {
        if (text == null
                || text.isBlank()
                || text.strip().equalsIgnoreCase("any")
                || text.strip().equals("-1")) {
            return Optional.empty();
        }
        String[] ends = text.strip().split("-", 2);
        int first = number(ends[0], text);
        return Optional.of(new Ports(first, ends.length == 1 ? first : number(ends[1], text)));
    }

    private static int number(String digits, String whole) {
        if (!digits.strip().matches("\\d{1,5}")) {
            throw new HostException("'" + whole + "' is not a port or a range of ports");
        }
        return Integer.parseInt(digits.strip());
    }

    int size() {
        return last - first + 1;
    }

    boolean single() {
        return first == last;
    }

    @Override
    public String toString() {
        return single() ? Integer.toString(first) : first + "-" + last;
    }
}
