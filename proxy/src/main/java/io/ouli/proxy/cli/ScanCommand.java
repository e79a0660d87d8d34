package io.ouli.proxy.cli;

import io.ouli.engine.OuliException;
import io.ouli.engine.RecordingScan;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.scan.Confidence;
import io.ouli.engine.scan.Leak;
import io.ouli.engine.scan.Proposal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** {@code ouli scan}: looks for what looks like a secret, and proposes the rules that would take it out. */
final class ScanCommand implements Command {
    @Override
    public Syntax syntax() {
        return PolicyFlags.addAll(new Syntax("ouli scan",
                "Find what looks like a secret in recordings, and propose rules; never print it.")
                .arguments("FILE|DIR...", 1, Integer.MAX_VALUE, "Recordings, or folders of them; quarantined and"
                        + " damaged ones beside them are looked through too.")
                .flag("--all", "Show and count also what merely looks random, with confidence low.")
                .flag("--json", "Print one JSON object a line: each find, then a summary."))
                .footer("The secrets of the environment are looked for as well, in every form.")
                .footer("Exit code 0 nothing found, 1 something was, 2 a recording cannot be read.");
    }

    /**
     * Equal finds in one file, counted.
     *
     * @param first the interaction of the first, from 1.
     */
    private record Group(Leak leak, int first, int[] count) {
    }

    /** What was found in all files. */
    private static final class Findings {
        private final boolean all;
        private final boolean json;
        private final Console console;
        private final Map<Proposal.Kind, TreeSet<String>> proposals = new LinkedHashMap<>();
        private int recordings;
        private long interactions;
        private int found;
        private boolean unreadable;

        private Findings(final Console console, final boolean all, final boolean json) {
            this.console = console;
            this.all = all;
            this.json = json;
        }
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException {
        final Findings findings = new Findings(console, arguments.flag("--all"), arguments.flag("--json"));
        try (RedactionPolicy policy = PolicyFlags.read(arguments).redaction()) {
            final RecordingScan scan = new RecordingScan(policy);
            RecordingFiles.forEachWithAside(arguments.words(), file -> scan(scan, file, findings));
        }
        summarize(findings);
        return findings.unreadable ? ExitCode.USAGE : findings.found > 0 ? ExitCode.DIFFERENT : ExitCode.OK;
    }

    private static void scan(final RecordingScan scan, final Path file, final Findings findings) {
        final Map<List<Object>, Group> groups = new LinkedHashMap<>();
        try {
            findings.interactions += scan.scan(file, new RecordingScan.Visitor() {
                @Override
                public void leak(final int interaction, final Leak leak) {
                    if (findings.all || leak.confidence() != Confidence.LOW) {
                        groups.computeIfAbsent(
                                List.of(leak.rule(), leak.field().toString(), leak.name(), leak.valueHash()),
                                key -> new Group(leak, interaction, new int[1])).count()[0]++;
                    }
                }

                @Override
                public void secret(final int interaction, final SecretFinding finding) {
                    findings.found++;
                    print(findings, file, interaction, finding);
                }

                @Override
                public void unreadable(final int interaction, final String reason) {
                    findings.unreadable = true;
                    findings.console.error(file + ": interaction " + interaction + " cannot be scanned: " + reason);
                }
            });
            findings.recordings++;
        } catch (final OuliException e) {
            findings.unreadable = true;
            findings.console.error(e.getMessage());
        }
        for (final Group group : groups.values()) {
            findings.found++;
            print(findings, file, group);
            final Proposal proposal = group.leak().proposal();
            findings.proposals.computeIfAbsent(proposal.kind(), kind -> new TreeSet<>()).add(proposal.value());
        }
    }

    private static void print(
            final Findings findings, final Path file, final int interaction, final SecretFinding finding) {
        if (findings.json) {
            findings.console.print(new JsonLine().add("file", file.toString()).add("interaction", interaction)
                    .add("count", 1).add("confidence", "high").add("rule", "known-secret")
                    .add("field", finding.field()).add("name", finding.rule()).add("masked", null)
                    .add("proposal", null).end());
        } else {
            findings.console.printLine(file + ": interaction " + interaction + ": " + finding.field() + ": high, "
                    + finding.rule() + " is in it: run ouli redact with the same secrets");
        }
    }

    private static void print(final Findings findings, final Path file, final Group group) {
        final Leak leak = group.leak();
        final String confidence = leak.confidence().name().toLowerCase(Locale.ROOT);
        final int count = group.count()[0];
        if (findings.json) {
            findings.console.print(new JsonLine().add("file", file.toString()).add("interaction", group.first())
                    .add("count", count).add("confidence", confidence).add("rule", leak.rule())
                    .add("field", leak.field().toString()).add("name", leak.name().isEmpty() ? null : leak.name())
                    .add("masked", leak.masked()).add("proposal", leak.proposal().flag()).end());
        } else {
            findings.console.printLine(file + ": interaction " + group.first()
                    + (count == 1 ? "" : " and " + Units.count(count - 1) + " more") + ": " + leak.field() + ": "
                    + confidence + ", " + leak.rule() + (leak.name().isEmpty() ? "" : " " + leak.name()) + " "
                    + leak.masked());
        }
    }

    private static void summarize(final Findings findings) {
        final StringBuilder flags = new StringBuilder();
        final StringBuilder yaml = new StringBuilder();
        findings.proposals.forEach((kind, values) -> {
            if (kind != Proposal.Kind.SECRET) {
                yaml.append("  ").append(kind.key()).append(": [").append(String.join(", ", values.stream()
                        .map(value -> "'" + value.replace("'", "''") + "'").toList())).append("]\n");
                values.forEach(value -> flags.append(' ').append(new Proposal(kind, value).flag()));
            }
        });
        if (findings.json) {
            findings.console.print(new JsonLine().add("recordings", findings.recordings)
                    .add("interactions", findings.interactions).add("found", findings.found)
                    .add("flags", flags.isEmpty() ? null : flags.substring(1))
                    .add("yaml", yaml.isEmpty() ? null : "redaction:\n" + yaml).end());
            return;
        }
        findings.console.print(Units.count(findings.recordings, "recording") + ", "
                + Units.count(findings.interactions, "interaction") + ": "
                + (findings.found == 0 ? "nothing looks like a secret" : Units.count(findings.found, "find")));
        if (!yaml.isEmpty()) {
            findings.console.print("\nTake them out of what is recorded with:\n\n  ouli redact DIR" + flags
                    + "\n\nand keep them out of what will be, in the configuration:\n\nredaction:\n" + yaml);
        }
        if (findings.proposals.containsKey(Proposal.Kind.SECRET)) {
            findings.console.print("Where no rule can tell a value from others, name it in OULI_SECRETS_FILE.");
        }
    }
}
