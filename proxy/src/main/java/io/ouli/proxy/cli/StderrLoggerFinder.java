package io.ouli.proxy.cli;

/**
 * Sends the log of the command line to standard error, one line a message.
 *
 * <p>It is registered by {@code lib/ouli-launch.jar} alone, so that a program that embeds the proxy keeps its own
 * logging. It also saves the 100 ms that {@code java.util.logging} takes to start.
 */
public final class StderrLoggerFinder extends System.LoggerFinder {
    /** Called by the service loader. */
    public StderrLoggerFinder() {
    }

    @Override
    public System.Logger getLogger(final String name, final Module module) {
        return new StderrLogger(name);
    }
}
