package io.ouli.perf.matrix;

import io.ouli.perf.result.WrongInputException;
import io.ouli.perf.server.OuliServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configurations: on each transport the usual one, and for each knob the usual one with that knob turned. All knobs
 * crossed would be some thousand cells; what one knob does alone is what people ask.
 */
final class MatrixPlan {
    /** The knobs as they are when nobody turns them. */
    static final String BASE = "base";
    static final List<String> TRANSPORTS = List.of("io_uring", "nio");
    private static final char SEPARATOR = '/';

    private MatrixPlan() {
    }

    /**
     * One configuration.
     *
     * @param row    the knob that is turned.
     * @param column the transport.
     */
    record Cell(String row, String column, OuliServer server) {
        String name() {
            return row + SEPARATOR + column;
        }
    }

    /** {@return the cells of a machine with such SIMD instruction sets, row by row} */
    static List<Cell> cells(final String simd) {
        final List<Cell> cells = new ArrayList<>();
        knobs(simd).forEach((row, extra) -> {
            for (final String transport : TRANSPORTS) {
                final String name = row + SEPARATOR + transport;
                cells.add(new Cell(row, transport,
                        new OuliServer(name, transport, 1).with(name, extra.toArray(String[]::new))));
            }
        });
        return cells;
    }

    /**
     * {@return those of the cells whose rows are named; all if none is}
     *
     * @throws WrongInputException if there is no such row.
     */
    static List<Cell> cells(final String simd, final List<String> rows) {
        final List<Cell> all = cells(simd);
        for (final String row : rows) {
            if (all.stream().noneMatch(cell -> cell.row().equals(row))) {
                throw new WrongInputException("there is no row " + row + " here; there is "
                        + String.join(", ", all.stream().map(Cell::row).distinct().toList()));
            }
        }
        return all.stream().filter(cell -> rows.isEmpty() || rows.contains(cell.row())).toList();
    }

    private static Map<String, List<String>> knobs(final String simd) {
        // Vectors are used to search for secrets, so each cell has two that never occur.
        final String secrets = "OULI_SECRETS=never-seen-secret-one,never-seen-secret-two";
        final Map<String, List<String>> knobs = new LinkedHashMap<>();
        knobs.put(BASE, List.of(secrets));
        for (final String width : widths(simd)) {
            knobs.put("simd-" + width, List.of(secrets, "OULI_PROFILE=throughput",
                    "OULI_JAVA_OPTS=-Douli.simd=" + width));
        }
        // Huge pages and populated is the usual one.
        knobs.put("pages-4k", List.of(secrets, "OULI_JAVA_OPTS=-Douli.pages=small"));
        knobs.put("pages-faulted", List.of(secrets, "OULI_JAVA_OPTS=-Douli.pages=faulted"));
        knobs.put("pages-cold", List.of(secrets, "--resident-budget", "1k"));
        knobs.put("pinned", List.of(secrets, "--pin", "auto"));
        knobs.put("busy-poll", List.of(secrets, "--busy-poll"));
        knobs.put("workers-2", List.of(secrets, "--workers", "2"));
        knobs.put("metrics-off", List.of(secrets, "OULI_JAVA_OPTS=-Douli.metrics=off"));
        knobs.put("gc-g1", List.of(secrets, "OULI_JAVA_OPTS=-XX:-UseSerialGC -XX:+UseG1GC"));
        knobs.put("gc-z", List.of(secrets, "OULI_JAVA_OPTS=-XX:-UseSerialGC -XX:+UseZGC"));
        return knobs;
    }

    private static List<String> widths(final String simd) {
        return simd.contains("avx512bw") ? List.of("128", "256", "512")
                : simd.contains("avx2") ? List.of("128", "256")
                : simd.contains("sse4_2") || simd.contains("asimd") ? List.of("128") : List.of();
    }
}
