package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.stretchdeploy.director.host.HostException;

/**
 * The host's part of the director's configuration.
 *
 * <ul>
 *   <li>{@code prefix}: begins the names of all namespaces; default {@code sd-} and the cloud's name
 *   <li>{@code shutdownSeconds}: how long a guest may take to shut down before it is switched off; default 20
 *   <li>{@code qemu}: the emulator; default {@code qemu-system-x86_64}
 *   <li>{@code runFolder}: where control sockets are (short path, not kept over a restart of the machine); default
 *       {@code /run/stretchdeploy}
 *   <li>{@code logLimitKb}: a guest's console or an appliance's output is cut when it is longer; default 1024
 *   <li>{@code appliance.CLASS.command}: runs VMs of this product class as a program in a namespace; words with blanks
 *       stand in double quotes
 * </ul>
 */
record Settings(Map<String, String> values, String cloudName) {
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

    String prefix() {
        return values.getOrDefault("prefix", "sd-" + cloudName);
    }

    Duration shutdown() {
        return Duration.ofSeconds(number("shutdownSeconds", 20, 0, 3600));
    }

    long logLimitBytes() {
        return number("logLimitKb", 1024, 16, 1 << 20) * 1024;
    }

    String qemu() {
        return values.getOrDefault("qemu", "qemu-system-x86_64");
    }

    /** The folder for control sockets; made when asked for. */
    Path sockets() {
        return StateFolder.folder(
                Path.of(values.getOrDefault("runFolder", "/run/stretchdeploy")).resolve(prefix()));
    }

    /** The command of an appliance's product class, split at blanks outside of quotes, placeholders not yet replaced. */
    Optional<List<String>> applianceCommand(String applianceClass) {
        return Optional.ofNullable(values.get("appliance." + applianceClass + ".command"))
                .map(String::strip)
                .filter(command -> !command.isEmpty())
                .map(command -> WORD.matcher(command)
                        .results()
                        .map(word -> word.group().replace("\"", ""))
                        .toList());
    }

    private long number(String key, long otherwise, long least, long most) {
        String text = values.get(key);
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Same sentence as for a number out of range.
        }
        throw new HostException("The host setting " + key + " must be a number from " + least + " to " + most);
    }
}
