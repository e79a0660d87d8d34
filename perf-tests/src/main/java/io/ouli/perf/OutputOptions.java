package io.ouli.perf;

import io.ouli.perf.result.BenchResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a result goes. */
final class OutputOptions {
    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "write the result as JSON")
    private Path out;

    /** Writes the result if that was asked for, and says where. */
    void keep(final BenchResult result, final PrintWriter log) {
        if (out != null) {
            result.write(out);
            log.println("result: " + out);
        }
    }

    /** Writes the result where asked, or at {@code otherwise}. */
    Path keep(final BenchResult result, final Path otherwise, final PrintWriter log) {
        final Path file = out == null ? otherwise : out;
        result.write(file);
        log.println("result: " + file);
        return file;
    }
}
