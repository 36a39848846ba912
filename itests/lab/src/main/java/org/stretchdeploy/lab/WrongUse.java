package org.stretchdeploy.lab;

/** The words of the command line make no sense; nothing was done. */
final class WrongUse extends LabException {
    private static final long serialVersionUID = 1L;

    WrongUse(String message) {
        super(message);
    }
}
