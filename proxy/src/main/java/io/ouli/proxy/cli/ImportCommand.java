package io.ouli.proxy.cli;

import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.SessionNames;
import io.ouli.proxy.transfer.Importer;
import io.ouli.proxy.transfer.NotWrittenException;
import io.ouli.proxy.transfer.TestServerImport;
import io.ouli.proxy.transfer.TestServerImport.Mismatch;
import io.ouli.proxy.transfer.TestServerImport.Outcome;
import io.ouli.proxy.transfer.TestServerImport.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code ouli import}: writes recordings out of google/test-server's files or HAR. */
final class ImportCommand implements Command {
    private static final String DEFAULT_DIR = "recordings";
    private static final String DEFAULT_SESSION = "default";
    private static final int SHOWN_MISMATCHES = 3;

    private enum Format {
        TEST_SERVER, HAR
    }

    @Override
    public Syntax syntax() {
        return PolicyFlags.addAll(new Syntax("ouli import",
                        "Write recordings out of what another tool recorded.")
                .arguments("FORMAT PATH", 2, 2, "test-server and the folder of google/test-server's recordings;"
                        + " har and a file, or a folder of files that end with .har.")
                .option("--dir", "DIR", "Folder of the recordings. Default: recordings.")
                .option("--session", "NAME", "test-server: session of requests that name none; default."
                        + " har: session of everything; the file's name.")
                .option("--origin", "URL", "har: whose requests are wanted, such as https://api.example.com, or all."
                        + " Needed if a file has several.")
                .option("--existing", "WHAT", "A session that has a recording: fail, append or replace."
                        + " Default: fail.")
                .flag("--accept-mismatch", "test-server: import a file whose stored hashes are not those of its"
                        + " requests, with the hashes as they are stored.")
                .flag("--json", "Print one JSON object a file."))
                .footer("Exit code 0 if all is imported, 1 if a stored hash does not match or an entry was left out,")
                .footer("2 if a file cannot be read, 4 if a recording cannot be written.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException {
        final Path source = Path.of(arguments.words().get(1));
        final Path directory =
                Path.of(arguments.path("--dir") == null ? DEFAULT_DIR : arguments.path("--dir"));
        final ExistingPolicy existing = arguments.choice("--existing", ExistingPolicy.class);
        final Importer importer = new Importer(
                directory, existing == null ? ExistingPolicy.FAIL : existing, PolicyFlags.read(arguments));
        try {
            return switch (arguments.choiceOf("FORMAT", Format.class, arguments.words().getFirst())) {
                case TEST_SERVER -> testServer(console, arguments, importer, source);
                case HAR -> HarImportReport.run(console, arguments, importer, session(arguments), source);
            };
        } catch (final NotWrittenException e) {
            // Several files had made up one session, and each was reported before.
            throw new CliException(ExitCode.NOT_KEPT, e.getMessage(), e);
        }
    }

    /** {@return what was typed; null for nothing} */
    private static String session(final Arguments arguments) {
        final String typed = arguments.text("--session");
        if (typed != null && !SessionNames.isValid(typed)) {
            throw arguments.wrong("--session '" + typed
                    + "' is no session's name; use segments of A-Z a-z 0-9 . _ - joined by /");
        }
        return typed;
    }

    private static int testServer(
            final Console console, final Arguments arguments, final Importer importer, final Path folder)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw arguments.wrong(folder + " is no folder; name the one that google/test-server recorded into");
        }
        if (arguments.text("--origin") != null) {
            throw arguments.wrong("--origin is for har");
        }
        final boolean json = arguments.flag("--json");
        final List<Outcome> outcomes = new ArrayList<>();
        final String session = session(arguments);
        final boolean some = new TestServerImport(
                importer, session == null ? DEFAULT_SESSION : session, arguments.flag("--accept-mismatch"), outcome -> {
            outcomes.add(outcome);
            console.print(json ? json(outcome) : text(outcome));
        }).run(folder);
        if (!some) {
            throw arguments.wrong(folder + " holds none of google/test-server's files, which end with .json or"
                    + " .websocket.log");
        }
        if (!json) {
            console.print(summary(outcomes));
        }
        final Verdict worst = outcomes.stream().map(Outcome::verdict).max(Verdict::compareTo).orElseThrow();
        return worst == Verdict.NOT_WRITTEN ? ExitCode.NOT_KEPT : worst.ordinal();
    }

    private static String text(final Outcome outcome) {
        final String what = Units.count(outcome.count(), outcome.isLog() ? "message" : "interaction");
        final String went = outcome.session() == null ? "not imported; --accept-mismatch imports it as it is"
                : "session " + outcome.session();
        return switch (outcome.verdict()) {
            case OK -> outcome.file() + ": ok, " + what + ", " + went;
            case MISMATCH -> outcome.file() + ": mismatch, " + what + ", "
                    + text(outcome.mismatches()) + "; " + went;
            case UNREADABLE, NOT_WRITTEN ->
                    outcome.file() + ": " + words(outcome.verdict()) + ": " + outcome.message();
        };
    }

    /** One wrong body makes every hash after it wrong: the first few say where to look. */
    private static String text(final List<Mismatch> mismatches) {
        final String first = mismatches.stream().limit(SHOWN_MISMATCHES).map(ImportCommand::text)
                .collect(Collectors.joining(", "));
        final int more = mismatches.size() - SHOWN_MISMATCHES;
        return more <= 0 ? first : first + ", and " + Units.count(more) + " more, which --json lists";
    }

    private static String text(final Mismatch mismatch) {
        return "number " + mismatch.number() + " is stored as " + mismatch.stored() + " and is "
                + mismatch.computed();
    }

    private static String summary(final List<Outcome> outcomes) {
        final StringBuilder text = new StringBuilder().append(Units.count(outcomes.size())).append(" files");
        for (final Verdict verdict : Verdict.values()) {
            final long count = outcomes.stream().filter(each -> each.verdict() == verdict).count();
            if (count > 0 || verdict != Verdict.NOT_WRITTEN) {
                text.append(", ").append(count).append(' ').append(words(verdict));
            }
        }
        return text.toString();
    }

    /** {@return a verdict as people read it} */
    static String words(final Enum<?> verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String spell(final Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String json(final Outcome outcome) {
        final String mismatches = String.join(",", outcome.mismatches().stream()
                .map(mismatch -> new JsonLine().add("number", mismatch.number()).add("stored", mismatch.stored())
                        .add("computed", mismatch.computed()).end())
                .toList());
        return new JsonLine()
                .add("file", outcome.file().toString())
                .add("verdict", spell(outcome.verdict()))
                .add("session", outcome.session())
                .add(outcome.isLog() ? "messages" : "interactions", outcome.count())
                .addRaw("mismatches", "[" + mismatches + "]")
                .add("message", outcome.message().isEmpty() ? null : outcome.message())
                .end();
    }
}
