package io.ouli.proxy.cli;

import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code ouli stats}: sums up a folder of recordings, or shows what a running proxy counts. */
final class StatsCommand implements Command {
    private static final int LARGEST = 5;

    /** A reply among the largest. */
    private record Reply(int bytes, Path file, int number) {
    }

    /** What was counted so far; its size does not grow with the folder. */
    private static final class Totals {
        private long files;
        private long bytes;
        private long interactions;
        private long requestBytes;
        private long responseBytes;
        private long unsealed;
        private long damaged;
        private final TreeMap<Integer, Long> statuses = new TreeMap<>();
        private final PriorityQueue<Reply> largest = new PriorityQueue<>(Comparator.comparingInt(Reply::bytes));
    }

    @Override
    public Syntax syntax() {
        return new Syntax("ouli stats", "Sum up recordings, or with --live show what a running proxy counts.")
                .arguments("FILE|DIR...", 0, Integer.MAX_VALUE, "Recordings, or folders of them; with --live the"
                        + " PORT or HOST:PORT of the proxy's --admin, 9464 without it.")
                .flag("--live", "Ask a running proxy for its counters, and how fast they grow.")
                .option("--every", "SECONDS", "With --live: again and again, until it is stopped.")
                .flag("--json", "Print one JSON object.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws InterruptedException {
        final Integer every = arguments.number("--every", 1, 86_400);
        if (arguments.flag("--live")) {
            if (arguments.words().size() > 1) {
                throw arguments.wrong("--live asks one proxy");
            }
            final String address = arguments.words().isEmpty() ? null : arguments.words().getFirst();
            new LiveStats(console, address, arguments.flag("--json")).run(every);
            return ExitCode.OK;
        }
        if (every != null) {
            throw arguments.wrong("--every is for --live");
        }
        if (arguments.words().isEmpty()) {
            throw arguments.wrong("FILE|DIR... is missing");
        }
        final Totals totals = new Totals();
        RecordingFiles.forEach(arguments.words(), file -> {
            try {
                add(totals, file);
            } catch (final RecordingException | IOException e) {
                console.error(e.getMessage());
                totals.damaged++;
            }
        });
        console.print(arguments.flag("--json") ? json(totals) : text(totals));
        return totals.damaged == 0 ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static void add(final Totals totals, final Path file) throws IOException {
        totals.files++;
        totals.bytes += Files.size(file);
        try (Recording recording = Recording.open(file, ReadOptions.DEFAULT.withWholeIndex(true))) {
            totals.interactions += recording.count();
            totals.unsealed += recording.state() == Recording.State.UNSEALED ? 1 : 0;
            totals.damaged += recording.state() == Recording.State.DAMAGED ? 1 : 0;
            for (int rank = 0; rank < recording.count(); rank++) {
                final long slot = recording.slotAt(rank);
                if (slot < 0) {
                    totals.damaged++;
                    return;
                }
                totals.requestBytes += recording.requestLength(slot);
                totals.responseBytes += recording.responseLength(slot);
                totals.statuses.merge(recording.status(slot), 1L, Long::sum);
                offer(totals.largest, recording, slot, file, rank + 1);
            }
        }
    }

    private static void offer(
            final PriorityQueue<Reply> largest,
            final Recording recording,
            final long slot,
            final Path file,
            final int number) {
        final int bytes = recording.responseLength(slot);
        if (largest.size() < LARGEST || bytes > largest.peek().bytes()) {
            largest.add(new Reply(bytes, file, number));
            if (largest.size() > LARGEST) {
                largest.remove();
            }
        }
    }

    private static List<Reply> largestFirst(final Totals totals) {
        final List<Reply> replies = new ArrayList<>(totals.largest);
        replies.sort(Comparator.comparingInt(Reply::bytes).reversed());
        return replies;
    }

    private static String text(final Totals totals) {
        final StringBuilder text = new StringBuilder()
                .append("sessions      ").append(Units.count(totals.files)).append('\n')
                .append("interactions  ").append(Units.count(totals.interactions)).append('\n')
                .append("on disk       ").append(Units.bytes(totals.bytes)).append(" (requests ")
                .append(Units.bytes(totals.requestBytes)).append(", responses ")
                .append(Units.bytes(totals.responseBytes)).append(")\n");
        if (totals.unsealed + totals.damaged > 0) {
            text.append("not sealed    ").append(totals.unsealed).append("\ndamaged       ").append(totals.damaged)
                    .append('\n');
        }
        text.append("statuses     ");
        text.append(totals.statuses.entrySet().stream()
                .map(each -> " " + each.getKey() + ": " + Units.count(each.getValue()))
                .collect(Collectors.joining(",")));
        text.append("\nlargest replies");
        for (final Reply reply : largestFirst(totals)) {
            text.append("\n  ").append(Units.bytes(reply.bytes())).append("  ").append(reply.file())
                    .append(" number ").append(reply.number());
        }
        return text.toString();
    }

    private static String json(final Totals totals) {
        final JsonLine statuses = new JsonLine();
        totals.statuses.forEach((status, count) -> statuses.add(status.toString(), count));
        final String largest = largestFirst(totals).stream()
                .map(reply -> new JsonLine().add("file", reply.file().toString()).add("number", reply.number())
                        .add("bytes", reply.bytes()).end())
                .collect(Collectors.joining(",", "[", "]"));
        return new JsonLine()
                .add("sessions", totals.files)
                .add("interactions", totals.interactions)
                .add("bytes", totals.bytes)
                .add("requestBytes", totals.requestBytes)
                .add("responseBytes", totals.responseBytes)
                .add("unsealed", totals.unsealed)
                .add("damaged", totals.damaged)
                .addRaw("statuses", statuses.end())
                .addRaw("largest", largest)
                .end();
    }
}
