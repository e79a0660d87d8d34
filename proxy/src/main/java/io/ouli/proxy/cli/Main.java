package io.ouli.proxy.cli;

/** Starts the command line. */
public final class Main {
    private Main() {
    }

    public static void main(final String[] args) {
        System.getLogger("io.ouli").log(System.Logger.Level.INFO, "hello " + String.join(" ", args));
    }
}
