package org.stretchdeploy.edge;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Which entry of the left list is which of the right one. Entries of equal content come first (in common order, then
 * moved ones), because clouds renumber rules; then those of equal name, then those of equal id. An entry is paired
 * once.
 */
final class Pairing<T> {
    private static final int NONE = -1;
    private static final int RESERVED = -2;
    private final int[] toRight;
    private final int[] toLeft;
    private final boolean[] inOrder;

    private Pairing(int left, int right) {
        toRight = new int[left];
        toLeft = new int[right];
        inOrder = new boolean[left];
        Arrays.fill(toRight, NONE);
        Arrays.fill(toLeft, NONE);
    }

    static <T> Pairing<T> of(List<T> left, List<T> right, Identity<T> identity) {
        Pairing<T> pairing = byContent(left, right, identity);
        pairing.byNameAndId(left, right, identity);
        return pairing;
    }

    /** Pairs of equal content only. */
    static <T> Pairing<T> byContent(List<T> left, List<T> right, Identity<T> identity) {
        var pairing = new Pairing<T>(left.size(), right.size());
        List<String> leftContent = left.stream().map(identity.content()).toList();
        List<String> rightContent = right.stream().map(identity.content()).toList();
        pairing.commonOrder(leftContent, rightContent);
        pairing.rest(leftContent, rightContent, Function.identity());
        return pairing;
    }

    /** Pairs what is still single by name, then by id. */
    void byNameAndId(List<T> left, List<T> right, Identity<T> identity) {
        rest(left, right, identity.name());
        rest(left, right, identity.id());
    }

    /** Keeps an entry out of further pairing. */
    void reserveLeft(int left) {
        if (toRight[left] == NONE) {
            toRight[left] = RESERVED;
        }
    }

    /** Keeps an entry out of further pairing. */
    void reserveRight(int right) {
        if (toLeft[right] == NONE) {
            toLeft[right] = RESERVED;
        }
    }

    OptionalInt right(int left) {
        return toRight[left] < 0 ? OptionalInt.empty() : OptionalInt.of(toRight[left]);
    }

    OptionalInt left(int right) {
        return toLeft[right] < 0 ? OptionalInt.empty() : OptionalInt.of(toLeft[right]);
    }

    /** True when the entry has equal content and stands in the common order of both lists. */
    boolean inOrder(int left) {
        return inOrder[left];
    }

    private void join(int left, int right) {
        toRight[left] = right;
        toLeft[right] = left;
    }

    /** Longest common subsequence by content. */
    private void commonOrder(List<String> left, List<String> right) {
        int[][] length = new int[left.size() + 1][right.size() + 1];
        for (int l = left.size() - 1; l >= 0; l--) {
            for (int r = right.size() - 1; r >= 0; r--) {
                length[l][r] = left.get(l).equals(right.get(r))
                        ? length[l + 1][r + 1] + 1
                        : Math.max(length[l + 1][r], length[l][r + 1]);
            }
        }
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            if (left.get(l).equals(right.get(r))) {
                inOrder[l] = true;
                join(l++, r++);
            } else if (length[l + 1][r] >= length[l][r + 1]) {
                l++;
            } else {
                r++;
            }
        }
    }

    /** Pairs what is still single and has the same key, in order; an empty key is no key. */
    private <U> void rest(List<U> left, List<U> right, Function<U, String> key) {
        for (int l = 0; l < left.size(); l++) {
            String wanted = toRight[l] == NONE ? key.apply(left.get(l)) : "";
            for (int r = 0; !wanted.isEmpty() && r < right.size() && toRight[l] == NONE; r++) {
                if (toLeft[r] == NONE && wanted.equals(key.apply(right.get(r)))) {
                    join(l, r);
                }
            }
        }
    }
}
