package org.stretchdeploy.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words after {@code ./stretch chaos}.
 *
 * @param runs      deploys with their returns
 * @param seed      of the first run; the next ones have those that follow
 * @param nodes     controllers, 1 or 2
 * @param blows     how often each operation is struck
 * @param wholeVApp moves all machines of the vApp instead of one
 */
record ChaosOptions(int runs, long seed, int nodes, int blows, boolean wholeVApp) {
    private static final String KNOWN =
            "./stretch chaos knows --runs N, --seed S, --nodes 1 or 2, --blows K (1 to 20 for each operation) and --vapp, not ";

    /**
     * @param seed of the first run when none is named
     * @throws WrongUse for any other word
     */
    static ChaosOptions of(List<String> words, long seed) {
        Map<String, Long> numbers = new HashMap<>(Map.of("--runs", 3L, "--seed", seed, "--nodes", 1L, "--blows", 1L));
        boolean wholeVApp = false;
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            if (word.equals("--vapp")) {
                wholeVApp = true;
            } else if (numbers.containsKey(word)) {
                at++;
                numbers.put(word, number(word, at < words.size() ? words.get(at) : ""));
            } else {
                throw new WrongUse(KNOWN + word + ".");
            }
        }
        return new ChaosOptions(
                (int) within("--runs", numbers, 1, 1_000_000),
                numbers.get("--seed"),
                (int) within("--nodes", numbers, 1, 2),
                (int) within("--blows", numbers, 1, 20),
                wholeVApp);
    }

    private static long number(String word, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new WrongUse(KNOWN + word + " " + text + ".");
        }
    }

    private static long within(String word, Map<String, Long> numbers, long least, long most) {
        long number = numbers.get(word);
        if (number < least || number > most) {
            throw new WrongUse(KNOWN + word + " " + number + ".");
        }
        return number;
    }
}
