package org.stretchdeploy.api;

/** What becomes of that which a machine wrote while it ran in the target cloud. */
public enum TargetWrites {
    /** It comes home: the machine's disks are copied back. */
    KEEP,
    /** It is lost: the original starts again as it was when it was stopped. Nothing is copied, so this is quick. */
    DISCARD;

    /**
     * From a surface's word.
     *
     * @throws StretchException USER for another word than {@code keep} or {@code discard}, in any case
     */
    public static TargetWrites of(String word) {
        return Words.find(values(), word)
                .orElseThrow(() -> StretchException.user(
                        "invalid-writes",
                        "What was written in the target is kept or discarded: say keep or discard, not "
                                + Quoted.quote(word) + "."));
    }
}
