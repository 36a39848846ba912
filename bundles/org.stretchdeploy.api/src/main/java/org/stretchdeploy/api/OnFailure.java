package org.stretchdeploy.api;

/** What becomes of the whole when one of its members fails before the point of no return. */
public enum OnFailure {
    /** Everything is taken back. */
    ROLLBACK,
    /**
     * Nothing more is done, nothing is taken back: the operation ends {@code NEEDS_OPERATOR}. A retry goes on, a cancel
     * takes everything back.
     */
    STOP;

    /**
     * From a surface's word.
     *
     * @throws StretchException USER for another word than {@code stop} or {@code rollback}, in any case
     */
    public static OnFailure of(String word) {
        return Words.find(values(), word)
                .orElseThrow(() -> StretchException.user(
                        "invalid-on-failure",
                        "On a failure the whole stops or rolls back: say stop or rollback, not " + Quoted.quote(word)
                                + "."));
    }
}
