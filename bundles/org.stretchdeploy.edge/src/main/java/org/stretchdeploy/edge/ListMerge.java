package org.stretchdeploy.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Three-way merge of one list of rules. Per entry of the base: what we did to it is undone, what a person did to it
 * stays. What was added since stays when a person added it. The order is the base's, unless a person has changed it.
 *
 * <p>One object merges once.
 */
final class ListMerge<T> {
    private static final int NONE = -1;

    /** An entry of the result. @param current its place in the current list, or NONE for one that comes back */
    private record Entry<T>(T rule, int current) {}

    private final List<T> base;
    private final List<T> ours;
    private final List<T> current;
    private final Identity<T> identity;
    private final String tag;
    private final List<String> conflicts;
    private final List<Entry<T>> ofBase = new ArrayList<>();
    private final List<Entry<T>> additions = new ArrayList<>();
    private final Set<Integer> consumed = new HashSet<>();
    private final int[] sameAsBase;

    /** @param tag opening of the tags of ours: an entry that carries it and is not known goes too; empty: none goes */
    ListMerge(List<T> base, List<T> ours, List<T> current, Identity<T> identity, String tag, List<String> conflicts) {
        this.base = base;
        this.ours = ours;
        this.current = current;
        this.identity = identity;
        this.tag = tag;
        this.conflicts = conflicts;
        this.sameAsBase = new int[base.size()];
        Arrays.fill(sameAsBase, NONE);
    }

    List<T> merge() {
        Pairing<T> toOurs = Pairing.of(base, ours, identity);
        Pairing<T> toCurrent = Pairing.byContent(ours, current, identity);
        reserveReturned(toOurs, toCurrent);
        toCurrent.byNameAndId(ours, current, identity);
        for (int b = 0; b < base.size(); b++) {
            ofBase.add(fate(b, toOurs.right(b), toCurrent));
        }
        for (int o = 0; o < ours.size(); o++) {
            OptionalInt now = toCurrent.right(o);
            if (toOurs.left(o).isEmpty() && now.isPresent()) {
                ownRule(o, now.getAsInt());
            }
        }
        for (int c = 0; c < current.size(); c++) {
            if (!consumed.contains(c)) {
                addition(c);
            }
        }
        additions.sort((a, b) -> Integer.compare(a.current(), b.current()));
        return (basesOrderHolds(toOurs) ? inBasesOrder() : inCurrentOrder())
                .stream().map(Entry::rule).toList();
    }

    /** Entries of the base that we changed or removed and that stand there again already are not to be made twice. */
    private void reserveReturned(Pairing<T> toOurs, Pairing<T> toCurrent) {
        for (int b = 0; b < base.size(); b++) {
            OptionalInt o = toOurs.right(b);
            if (o.isPresent() && toCurrent.right(o.getAsInt()).isPresent()) {
                continue;
            }
            for (int c = 0; c < current.size() && sameAsBase[b] == NONE; c++) {
                if (toCurrent.left(c).isEmpty()
                        && !consumed.contains(c)
                        && identity.same(base.get(b), current.get(c))) {
                    sameAsBase[b] = c;
                    consumed.add(c);
                    toCurrent.reserveRight(c);
                    o.ifPresent(toCurrent::reserveLeft);
                }
            }
        }
    }

    /** What becomes of an entry of the base; null when it is gone. */
    private Entry<T> fate(int b, OptionalInt inOurs, Pairing<T> toCurrent) {
        T rule = base.get(b);
        if (sameAsBase[b] != NONE) {
            return new Entry<>(current.get(sameAsBase[b]), sameAsBase[b]);
        }
        if (inOurs.isEmpty()) {
            return new Entry<>(identity.withId().apply(rule, ""), NONE);
        }
        T applied = ours.get(inOurs.getAsInt());
        boolean weChangedIt = !identity.same(rule, applied);
        OptionalInt now = toCurrent.right(inOurs.getAsInt());
        if (now.isEmpty()) {
            if (weChangedIt) {
                conflicts.add("We had changed \"" + identity.text().apply(rule)
                        + "\", and it was deleted meanwhile; it stays deleted.");
            }
            return null;
        }
        T found = current.get(now.getAsInt());
        consumed.add(now.getAsInt());
        if (!weChangedIt || identity.same(rule, found)) {
            return new Entry<>(found, now.getAsInt());
        }
        if (identity.same(applied, found)) {
            return new Entry<>(identity.withId().apply(rule, identity.id().apply(found)), now.getAsInt());
        }
        conflicts.add("We had changed \"" + identity.text().apply(rule)
                + "\", and it was changed again meanwhile; it stays \""
                + identity.text().apply(found) + "\".");
        return new Entry<>(identity.untagged().apply(found), now.getAsInt());
    }

    private void ownRule(int o, int now) {
        consumed.add(now);
        T found = current.get(now);
        if (!identity.same(ours.get(o), found)) {
            T kept = identity.untagged().apply(found);
            conflicts.add(
                    "Our rule \"" + identity.text().apply(ours.get(o)) + "\" was changed meanwhile; it stays as \""
                            + identity.text().apply(kept) + "\".");
            additions.add(new Entry<>(kept, now));
        }
    }

    private void addition(int c) {
        T found = current.get(c);
        if (tag.isEmpty() || !identity.name().apply(found).contains(tag)) {
            additions.add(new Entry<>(found, c));
        }
    }

    /** True unless a person has moved entries of the base. */
    private boolean basesOrderHolds(Pairing<T> toOurs) {
        int lastInCurrent = NONE;
        boolean asInBase = true;
        List<int[]> byOurs = new ArrayList<>();
        boolean allInOurs = true;
        for (int b = 0; b < base.size(); b++) {
            Entry<T> entry = ofBase.get(b);
            if (entry != null && entry.current() != NONE) {
                asInBase &= entry.current() > lastInCurrent;
                lastInCurrent = entry.current();
                allInOurs &= toOurs.right(b).isPresent() && sameAsBase[b] == NONE;
                byOurs.add(new int[] {toOurs.right(b).orElse(NONE), entry.current()});
            }
        }
        if (asInBase || !allInOurs) {
            return asInBase;
        }
        byOurs.sort((a, b) -> Integer.compare(a[0], b[0]));
        for (int i = 1; i < byOurs.size(); i++) {
            if (byOurs.get(i)[1] < byOurs.get(i - 1)[1]) {
                return false;
            }
        }
        return true;
    }

    /** The base's order; an addition stands behind what it stands behind now. */
    private List<Entry<T>> inBasesOrder() {
        var result = new ArrayList<Entry<T>>();
        ofBase.stream().filter(entry -> entry != null).forEach(result::add);
        for (Entry<T> addition : additions) {
            int place = 0;
            int nearest = NONE;
            for (int i = 0; i < result.size(); i++) {
                int at = result.get(i).current();
                if (at != NONE && at < addition.current() && at > nearest) {
                    nearest = at;
                    place = i + 1;
                }
            }
            result.add(place, addition);
        }
        return result;
    }

    /** The order of now; an entry that comes back stands behind its neighbour of the base. */
    private List<Entry<T>> inCurrentOrder() {
        var result = new ArrayList<Entry<T>>(additions);
        ofBase.stream()
                .filter(entry -> entry != null && entry.current() != NONE)
                .forEach(result::add);
        result.sort((a, b) -> Integer.compare(a.current(), b.current()));
        for (int b = 0; b < ofBase.size(); b++) {
            Entry<T> entry = ofBase.get(b);
            if (entry != null && entry.current() == NONE) {
                result.add(placeOf(b, result), entry);
            }
        }
        return result;
    }

    private int placeOf(int b, List<Entry<T>> result) {
        for (int before = b - 1; before >= 0; before--) {
            int place = indexOf(result, ofBase.get(before));
            if (place != NONE) {
                return place + 1;
            }
        }
        for (int after = b + 1; after < ofBase.size(); after++) {
            int place = indexOf(result, ofBase.get(after));
            if (place != NONE) {
                return place;
            }
        }
        return result.size();
    }

    private static <T> int indexOf(List<Entry<T>> result, Entry<T> wanted) {
        for (int i = 0; wanted != null && i < result.size(); i++) {
            if (result.get(i) == wanted) {
                return i;
            }
        }
        return NONE;
    }
}
