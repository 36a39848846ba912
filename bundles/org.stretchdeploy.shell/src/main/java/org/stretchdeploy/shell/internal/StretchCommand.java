package org.stretchdeploy.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.PlanText;

/**
 * What all commands share: the services, {@code --json}, and failures that end the command with a message and an exit
 * code other than 0.
 */
abstract class StretchCommand implements Action {
    @Reference
    StretchDeploy stretchDeploy;

    @Reference
    Clouds clouds;

    @Reference
    Session session;

    @Option(name = "--json", description = "Print JSON instead of text")
    boolean json;

    @Override
    public final Object execute() throws Exception {
        try {
            run();
            return null;
        } catch (StretchException e) {
            out().print(PlanText.findings(e.findings(), ink()));
            throw new CommandException(e.getMessage() + " (" + e.code() + ")");
        }
    }

    abstract void run() throws Exception;

    PrintStream out() {
        return session.getConsole();
    }

    Ink ink() {
        var terminal = session.getTerminal();
        return terminal != null && terminal.isAnsiSupported() ? Ink.COLOURED : Ink.PLAIN;
    }

    void printJson(Object value) {
        out().println(ShellJson.write(value));
    }
}
