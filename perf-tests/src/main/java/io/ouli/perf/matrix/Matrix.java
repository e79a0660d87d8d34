package io.ouli.perf.matrix;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.result.WrongInputException;
import io.ouli.perf.server.PeerSuite;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures cell after cell, round after round, until the rounds or the time are used up; writes what it has after each
 * cell, and goes on from there when it is started again.
 *
 * <p>Servers run one at a time, for one that polls without sleeping would disturb all others.
 */
public final class Matrix {
    private static final String SKIPPED = " was skipped: ";

    private final PeerSuite.Settings settings;
    private final int rounds;
    private final long budgetNanos;
    private final Path file;
    private final PrintWriter log;
    private final Map<String, Subject> subjects = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private long failures;

    /**
     * Prepares a run.
     *
     * @param settings    of one measurement of one cell; its rounds must be 1.
     * @param budgetNanos after which no further cell is begun.
     * @param file        where the result is kept and taken up again.
     */
    public Matrix(final PeerSuite.Settings settings, final int rounds, final long budgetNanos, final Path file,
            final PrintWriter log) {
        this.settings = settings;
        this.rounds = rounds;
        this.budgetNanos = budgetNanos;
        this.file = file;
        this.log = log;
    }

    /** {@return how many requests failed} */
    public long failures() {
        return failures;
    }

    /**
     * Measures; returns the result, which is in the file too.
     *
     * @param rows that are measured; all if none is named.
     */
    public BenchResult run(final Corpus corpus, final String simd, final List<String> rows,
            final Map<String, String> described, final Instant started) throws InterruptedException {
        final List<MatrixPlan.Cell> cells = MatrixPlan.cells(simd, rows);
        resume(described);
        final int wanted = cells.size() * rounds;
        final long begin = System.nanoTime();
        int measured = 0;
        BenchResult result = result(described, started);
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < cells.size(); i++) {
                // Rotated, so that no cell is always measured after the same one.
                final MatrixPlan.Cell cell = cells.get((round * 5 + i) % cells.size());
                if (rounds(cell) > round) {
                    continue;
                }
                final long spent = System.nanoTime() - begin;
                if (spent > budgetNanos) {
                    warnings.add("the budget of " + TimeUnit.NANOSECONDS.toSeconds(budgetNanos) + " s ended after "
                            + total() + " of " + wanted + " measurements; the same command goes on from there");
                    result = result(described, started);
                    result.write(file);
                    return result;
                }
                log.println(String.format(Locale.ROOT, "cell %d of %d, round %d: %s%s", total() + 1, wanted, round + 1,
                        cell.name(), eta(spent, measured, wanted - total())));
                measure(cell, corpus);
                measured++;
                result = result(described, started);
                result.write(file);
            }
        }
        return result;
    }

    private static String eta(final long spentNanos, final int measured, final int left) {
        return measured == 0 ? "" : String.format(Locale.ROOT, ", about %d s left",
                TimeUnit.NANOSECONDS.toSeconds(spentNanos / measured * left));
    }

    private void measure(final MatrixPlan.Cell cell, final Corpus corpus) throws InterruptedException {
        final PeerSuite suite = new PeerSuite(settings, new PrintWriter(Writer.nullWriter()));
        final List<Subject> one = suite.run(List.of(cell.server()), corpus);
        warnings.addAll(suite.warnings());
        failures += suite.failures();
        final Subject before = subjects.get(cell.name());
        if (one.isEmpty()) {
            // It cannot be started here, which is said; it is not tried again in this run.
            final List<Map<String, Double>> padded = new ArrayList<>(before == null ? List.of() : before.rounds());
            padded.addAll(Collections.nCopies(rounds - padded.size(), Map.of()));
            subjects.put(cell.name(), new Subject(cell.name(), cell.server().description(), padded,
                    before == null ? null : before.latency()));
            return;
        }
        final Subject now = one.getFirst();
        if (before == null) {
            subjects.put(cell.name(), now);
            return;
        }
        final List<Map<String, Double>> all = new ArrayList<>(before.rounds());
        all.addAll(now.rounds());
        if (before.latency() != null) {
            now.latency().add(before.latency());
        }
        subjects.put(cell.name(), new Subject(cell.name(), now.description(), all, now.latency()));
    }

    /** Takes up a result of the same settings; another one is left alone only if it has another name. */
    private void resume(final Map<String, String> described) {
        if (!Files.exists(file)) {
            return;
        }
        final BenchResult earlier = BenchResult.read(file);
        if (!earlier.kind().equals("matrix") || !earlier.settings().equals(described)) {
            throw new WrongInputException(file + " holds another run (" + earlier.kind() + " "
                    + earlier.settings() + "); name another file with --out, or delete it");
        }
        // What this run says by itself is left out.
        earlier.warnings().stream()
                .filter(warning -> !warning.startsWith("the budget of ") && !warning.startsWith("only ")
                        && !warning.contains(SKIPPED))
                .forEach(warnings::add);
        // What could not be started then is tried again.
        for (final Subject subject : earlier.subjects()) {
            final List<Map<String, Double>> measured =
                    subject.rounds().stream().filter(round -> !round.isEmpty()).toList();
            if (!measured.isEmpty()) {
                subjects.put(subject.name(),
                        new Subject(subject.name(), subject.description(), measured, subject.latency()));
            }
        }
        log.println("going on with " + file + ": " + total() + " measurements are there");
    }

    private int rounds(final MatrixPlan.Cell cell) {
        final Subject subject = subjects.get(cell.name());
        return subject == null ? 0 : subject.rounds().size();
    }

    private int total() {
        return subjects.values().stream().mapToInt(subject -> subject.rounds().size()).sum();
    }

    private BenchResult result(final Map<String, String> described, final Instant started) {
        return Results.of("matrix", described, Results.condense(warnings), List.copyOf(subjects.values()), started);
    }
}
