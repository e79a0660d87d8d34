package io.ouli.proxy.cli;

import io.ouli.engine.OuliException;
import io.ouli.proxy.transfer.HarImport;
import io.ouli.proxy.transfer.HarImport.LeftOut;
import io.ouli.proxy.transfer.HarImport.Outcome;
import io.ouli.proxy.transfer.HarImport.Verdict;
import io.ouli.proxy.transfer.Importer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs {@code ouli import har} and says what became of each file and of each entry that was left out. */
final class HarImportReport {
    private HarImportReport() {
    }

    /**
     * Imports and reports.
     *
     * @return the exit code.
     */
    static int run(
            final Console console,
            final Arguments arguments,
            final Importer importer,
            final String session,
            final Path source) throws IOException {
        if (!Files.exists(source)) {
            throw arguments.wrong(source + " does not exist; name a HAR or a folder of them");
        }
        if (arguments.flag("--accept-mismatch")) {
            throw arguments.wrong("--accept-mismatch is for test-server");
        }
        final boolean json = arguments.flag("--json");
        final List<Outcome> outcomes = new ArrayList<>();
        final boolean some = harImport(arguments, importer, session, outcome -> {
            outcomes.add(outcome);
            console.print(json ? json(outcome) : text(outcome));
        }).run(source);
        if (!some) {
            throw arguments.wrong(source + " holds no files that end with .har");
        }
        final Verdict worst = outcomes.stream().map(Outcome::verdict).max(Verdict::compareTo).orElseThrow();
        return worst == Verdict.NOT_WRITTEN ? ExitCode.NOT_KEPT : worst.ordinal();
    }

    private static HarImport harImport(
            final Arguments arguments,
            final Importer importer,
            final String session,
            final Consumer<Outcome> outcomes) {
        final String origin = arguments.text("--origin");
        try {
            return new HarImport(importer, session, origin, outcomes);
        } catch (final OuliException e) {
            throw arguments.wrong("--origin must be like https://api.example.com, or all, not '" + origin + "'");
        }
    }

    private static String text(final Outcome outcome) {
        if (outcome.verdict() == Verdict.UNREADABLE || outcome.verdict() == Verdict.NOT_WRITTEN) {
            return outcome.file() + ": " + ImportCommand.words(outcome.verdict()) + ": " + outcome.message();
        }
        final StringBuilder text = new StringBuilder().append(outcome.file()).append(": ")
                .append(spell(outcome.verdict())).append(", ").append(Units.count(outcome.count(), "interaction"));
        if (outcome.session() != null) {
            text.append(", session ").append(outcome.session());
        }
        if (outcome.otherOrigins() > 0) {
            text.append("; ").append(Units.count(outcome.otherOrigins())).append(" of other origins");
        }
        for (final LeftOut each : outcome.leftOut()) {
            text.append("\n  entry ").append(each.number()).append(" left out: ").append(each.reason());
        }
        return text.toString();
    }

    private static String json(final Outcome outcome) {
        final String leftOut = String.join(",", outcome.leftOut().stream()
                .map(each -> new JsonLine().add("number", each.number()).add("reason", each.reason()).end()).toList());
        return new JsonLine()
                .add("file", outcome.file().toString())
                .add("verdict", spell(outcome.verdict()))
                .add("session", outcome.session())
                .add("interactions", outcome.count())
                .add("otherOrigins", outcome.otherOrigins())
                .addRaw("leftOut", "[" + leftOut + "]")
                .add("message", outcome.message().isEmpty() ? null : outcome.message())
                .end();
    }

    private static String spell(final Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
