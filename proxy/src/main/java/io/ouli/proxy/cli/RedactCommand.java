package io.ouli.proxy.cli;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.OuliException;
import io.ouli.engine.RecordingRedaction;
import io.ouli.engine.recording.RecordingException;
import io.ouli.engine.redaction.RedactionPolicy;
import java.nio.file.Path;
import java.util.Map;

/** {@code ouli redact}: applies a policy to recordings that exist, each replaced whole or not at all. */
final class RedactCommand implements Command {
    @Override
    public Syntax syntax() {
        final Syntax syntax = new Syntax("ouli redact",
                "Take secrets out of recordings that exist, make their keys anew, and seal them.")
                .arguments("FILE|DIR...", 1, Integer.MAX_VALUE, "Recordings, or folders of them. A quarantined one, by"
                        + " name, gets its own name back.")
                .flag("--dry-run", "Say what would change, and change nothing.")
                .flag("--rekey", "Accept recordings whose keys were made by other fingerprint rules.");
        return PolicyFlags.addAll(syntax)
                .flag("--json", "Print one JSON object a recording.")
                .footer("A recording is replaced at once when the new one is whole; until then it stays as it was.")
                .footer("Exit code 0 done, 1 something would change (--dry-run), 2 a recording cannot be used as it")
                .footer("is, 4 a secret would be left in one, which stays as it was.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) {
        final boolean json = arguments.flag("--json");
        final boolean dryRun = arguments.flag("--dry-run");
        final EndpointPolicy policy = PolicyFlags.read(arguments);
        policy.redaction().warnings().forEach(warning -> console.note("warning: " + warning));
        final int[] exitCode = {ExitCode.OK};
        try (RedactionPolicy secrets = policy.redaction();
                RecordingRedaction redaction = new RecordingRedaction(policy, arguments.flag("--rekey"))) {
            assert secrets != null;
            RecordingFiles.forEach(arguments.words(), file -> {
                try {
                    final RecordingRedaction.Result result = dryRun ? redaction.dryRun(file) : redaction.redact(file);
                    print(console, file, result, json, dryRun);
                    if (dryRun && result.changed() > 0) {
                        exitCode[0] = Math.max(exitCode[0], ExitCode.DIFFERENT);
                    }
                } catch (final RecordingException e) {
                    console.error(e.getMessage());
                    exitCode[0] = Math.max(exitCode[0], ExitCode.USAGE);
                } catch (final RecordingRedaction.SecretLeftException e) {
                    console.error(e.getMessage());
                    exitCode[0] = ExitCode.NOT_KEPT;
                } catch (final OuliException e) {
                    console.error(e.getMessage());
                    exitCode[0] = Math.max(exitCode[0], ExitCode.USAGE);
                }
            });
        }
        return exitCode[0];
    }

    private static void print(
            final Console console,
            final Path file,
            final RecordingRedaction.Result result,
            final boolean json,
            final boolean dryRun) {
        if (json) {
            console.print(new JsonLine().add("file", file.toString()).add("target", result.target().toString())
                    .add("dryRun", dryRun).add("interactions", result.interactions()).add("changed", result.changed())
                    .add("rewritten", result.rewritten()).addRaw("rules", object(result.rules()))
                    .addRaw("stale", object(result.stale())).end());
            return;
        }
        console.printLine(result.target() + ": " + Units.count(result.changed()) + " of "
                + Units.count(result.interactions(), "interaction") + (dryRun ? " would be changed" : " changed")
                + (result.rewritten() || dryRun ? "" : ", left as it is"));
        result.rules().forEach((rule, count) -> console.print("  " + rule + ": " + Units.count(count)));
        result.stale().forEach((field, count) -> console.print(
                "  " + field + ", left as it came although the body changed: " + Units.count(count)));
    }

    private static String object(final Map<String, Integer> counts) {
        final JsonLine line = new JsonLine();
        counts.forEach((name, count) -> line.add(name, (long) count));
        return line.end();
    }
}
