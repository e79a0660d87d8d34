package io.ouli.proxy.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One run of a command that ends by itself, in this process.
 *
 * @param exitCode what the process would return.
 * @param bytes    standard output.
 * @param err      standard error.
 */
record CliRun(int exitCode, byte[] bytes, String err) {
    static CliRun of(final String... args) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), false);
        final int exitCode = new CommandLine(console).run(args);
        return new CliRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    String out() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
