package io.ouli.proxy.cli;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.demo.Demo;
import io.ouli.proxy.demo.DemoOptions;
import io.ouli.proxy.demo.DemoResult.Latency;
import io.ouli.proxy.demo.DemoResult;
import java.nio.file.Path;
import java.time.Duration;

/** {@code ouli demo}: shows the whole in a few seconds, and what to try next. */
final class DemoCommand implements Command {
    private static final String DEFAULT_DIR = "recordings/ouli-demo";
    private static final int CONNECTIONS = 8;

    @Override
    public Syntax syntax() {
        return new Syntax("ouli demo", "Record a sample upstream, stop it, replay every reply, compare every byte.")
                .option("--dir", "DIR", "Folder for its recording; an earlier one of the demo is replaced. Default: "
                        + DEFAULT_DIR + ".")
                .option("--transport", "NAME", "auto, io_uring or nio. Default: auto, the fastest that the machine"
                        + " allows.")
                .option("--seconds", "N", "How long to measure latency, and throughput. Default: 4 each.")
                .flag("--json", "Print the result as one JSON object.")
                .footer("Exit code 1 if a byte differs.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) {
        final String dir = arguments.path("--dir");
        final TransportChoice transport = arguments.choice("--transport", TransportChoice.class);
        final Integer seconds = arguments.number("--seconds", 1, 600);
        final DemoOptions options = new DemoOptions(
                Path.of(dir == null ? DEFAULT_DIR : dir),
                transport == null ? TransportOptions.DEFAULT : TransportOptions.DEFAULT.withChoice(transport),
                Duration.ofSeconds(seconds == null ? 4 : seconds),
                CONNECTIONS);
        final DemoResult result;
        try (Progress progress = new Progress(console)) {
            result = new Demo(options, progress::show).run();
        }
        console.print(arguments.flag("--json") ? json(result) : text(result));
        result.differences().forEach(console::error);
        return result.differences().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static String text(final DemoResult result) {
        final StringBuilder text = new StringBuilder();
        line(text, "recorded", Units.count(result.interactions()) + " interactions of "
                + Units.count(result.requests()) + " requests in " + Units.nanos(result.recordNanos()));
        line(text, "", "(" + String.join(", ", result.kinds()) + ")");
        line(text, "stopped", "the upstream; its port refuses connections");
        line(text, "replayed", Units.count(result.interactions()) + " interactions in "
                + Units.nanos(result.verifyNanos()) + ": " + (result.differences().isEmpty()
                        ? "every byte equal" : "NOT ALL EQUAL, see below"));
        final Latency latency = result.latency();
        if (latency.count() > 0) {
            line(text, "latency", "p50 " + Units.nanos(latency.p50Nanos()) + ", p99 " + Units.nanos(latency.p99Nanos())
                    + ", p99.9 " + Units.nanos(latency.p999Nanos()) + ", max " + Units.nanos(latency.maxNanos())
                    + " (" + Units.count(latency.count()) + " requests, one connection)");
            line(text, "throughput", Units.count(Math.round(result.throughput())) + " requests/s ("
                    + result.connections() + " connections; each reply compared: "
                    + Units.count(result.measured()) + ")");
            line(text, "", "client and server shared " + Runtime.getRuntime().availableProcessors()
                    + " cores and one process: a first impression, not a benchmark");
        }
        line(text, "transport", result.transport());
        line(text, "recording", result.recording() + " (" + Units.bytes(result.recordedBytes()) + ")");
        final String folder = Shell.quote(result.recording().getParent().toString());
        return text.append("\nTry next:\n  ").append(Shell.self()).append(" show ")
                .append(Shell.quote(result.recording().toString())).append(" --number 1")
                .append("\n  ").append(Shell.self()).append(" replay --dir ").append(folder)
                .append(" --session demo --listen 8080      # then: curl -i http://127.0.0.1:8080/items/7")
                .toString();
    }

    private static void line(final StringBuilder text, final String label, final String value) {
        text.append(label).repeat(' ', 12 - label.length()).append(value).append('\n');
    }

    private static String json(final DemoResult result) {
        final Latency latency = result.latency();
        return new JsonLine()
                .add("equal", result.differences().isEmpty())
                .add("requests", result.requests())
                .add("interactions", result.interactions())
                .add("recordNanos", result.recordNanos())
                .add("replayNanos", result.verifyNanos())
                .add("compared", result.measured() + result.interactions())
                .add("latencyCount", latency.count())
                .add("p50Nanos", latency.p50Nanos())
                .add("p99Nanos", latency.p99Nanos())
                .add("p999Nanos", latency.p999Nanos())
                .add("maxNanos", latency.maxNanos())
                .add("connections", result.connections())
                .add("requestsPerSecond", Math.round(result.throughput()))
                .add("transport", result.transport())
                .add("recording", result.recording().toString())
                .add("bytes", result.recordedBytes())
                .end();
    }
}
