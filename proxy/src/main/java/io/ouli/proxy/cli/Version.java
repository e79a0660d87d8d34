package io.ouli.proxy.cli;

/** Tells which Ouli this is and what it runs on. */
final class Version {
    private Version() {
    }

    /** {@return the version that the jar states, or {@code development} when run from class files} */
    static String number() {
        final String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** {@return one line with the facts that a bug report needs} */
    static String line() {
        return "ouli " + number() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + ")";
    }
}
