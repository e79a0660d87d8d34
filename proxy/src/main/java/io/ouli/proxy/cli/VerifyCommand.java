package io.ouli.proxy.cli;

import io.ouli.engine.recording.RecordingReport.Damage;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.RecordingReport;
import io.ouli.engine.recording.RecordingVerifier;
import java.nio.file.Path;
import java.util.Locale;

/** {@code ouli verify}: reads every byte of recordings and lists what is damaged. */
final class VerifyCommand implements Command {
    @Override
    public Syntax syntax() {
        return new Syntax("ouli verify", "Read every byte of recordings and list what is damaged; change nothing.")
                .arguments("FILE|DIR...", 1, Integer.MAX_VALUE, "Recordings, or folders of them.")
                .flag("--json", "Print one JSON object a line: each damage, then each recording's verdict.")
                .footer("Exit code 0 if all are sound, 1 if one is damaged, 2 if one cannot be read.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) {
        final boolean json = arguments.flag("--json");
        final RecordingVerifier verifier = new RecordingVerifier();
        final Verdict[] worst = {Verdict.SOUND};
        RecordingFiles.forEach(arguments.words(), file -> {
            final RecordingReport report = verifier.verify(file, damage -> print(console, file, damage, json));
            print(console, report, json);
            if (report.verdict().compareTo(worst[0]) > 0) {
                worst[0] = report.verdict();
            }
        });
        return switch (worst[0]) {
            case SOUND -> ExitCode.OK;
            case DAMAGED -> ExitCode.DIFFERENT;
            case UNREADABLE -> ExitCode.USAGE;
        };
    }

    private static void print(final Console console, final Path file, final Damage damage, final boolean json) {
        if (json) {
            console.print(new JsonLine().add("file", file.toString()).add("offset", damage.offset())
                    .add("length", damage.length()).add("sequence", damage.sequence())
                    .add("reason", damage.reason()).end());
        } else {
            console.printLine(file + ": offset " + damage.offset() + ", " + damage.length() + " bytes"
                    + (damage.sequence() < 0 ? "" : ", interaction " + (damage.sequence() + 1)) + ": "
                    + damage.reason());
        }
    }

    private static void print(final Console console, final RecordingReport report, final boolean json) {
        final String verdict = report.verdict().name().toLowerCase(Locale.ROOT);
        if (json) {
            console.print(new JsonLine().add("file", report.file().toString()).add("verdict", verdict)
                    .add("sealed", report.sealed()).add("interactions", report.interactions())
                    .add("damages", report.damages()).add("unsealedTailBytes", report.unsealedTailBytes())
                    .add("message", report.message().isEmpty() ? null : report.message()).end());
        } else if (report.verdict() == Verdict.UNREADABLE) {
            console.printLine("unreadable: " + report.message());
        } else {
            console.printLine(report.file() + ": " + verdict + ", " + Units.count(report.interactions(), "interaction")
                    + (report.sealed() ? "" : ", not sealed")
                    + (report.unsealedTailBytes() == 0 ? ""
                            : ", and " + report.unsealedTailBytes() + " bytes of one that was never finished")
                    + (report.verdict() == Verdict.SOUND ? "" : "; run ouli recover"));
        }
    }
}
