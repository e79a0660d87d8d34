package io.ouli.proxy.cli;

import io.ouli.engine.Explainer;
import io.ouli.engine.OuliException;
import io.ouli.engine.fingerprint.CanonicalForm;
import io.ouli.engine.fingerprint.FormDifference;
import io.ouli.engine.fingerprint.FormDifferences;
import io.ouli.proxy.cli.ExplainOperands.Operand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** {@code ouli explain}: prints what of a request counts and its key, and where two requests differ. */
final class ExplainCommand implements Command {
    private static final int LISTED_DIFFERENCES = 1_000;

    @Override
    public Syntax syntax() {
        return PolicyFlags.addAll(new Syntax("ouli explain",
                        "Print the canonical form and the key of a request, and for two of them where they differ.")
                .arguments("REQUEST...", 1, Integer.MAX_VALUE, "A recording (with --number), a file with a request as"
                        + " raw HTTP, - for standard input, or curl with its arguments, which come last."
                        + " Two requests are compared; a recording without --number gives the closest to the other.")
                .allAfter(ExplainOperands.CURL)
                .options(ExplainOperands.NUMBER, "N", "Which interaction of the recording, from 1; twice to compare"
                        + " two of one recording.")
                .flag("--json", "Print one JSON object."))
                .footer("Exit code 0 if one request is explained or two have one key, 1 if two differ, 2 if a request")
                .footer("cannot be read. Two of curl's: ouli explain curl URL1 --next URL2.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) {
        final Explainer explainer = new Explainer(PolicyFlags.read(arguments));
        final List<Operand> operands;
        final List<CanonicalForm> forms = new ArrayList<>();
        try {
            operands = new ExplainOperands(arguments, System.in, explainer).read();
            for (final Operand operand : operands) {
                forms.add(form(explainer, operand));
            }
        } catch (final IOException e) {
            throw new CliException(ExitCode.USAGE, "a request cannot be read: " + e.getMessage(), e);
        } catch (final CliException e) {
            throw e;
        } catch (final OuliException e) {
            throw new CliException(ExitCode.USAGE, e.getMessage(), e);
        }
        final FormDifferences differences = forms.size() < 2 ? null
                : FormDifferences.between(forms.get(0), forms.get(1), LISTED_DIFFERENCES);
        console.print(arguments.flag("--json") ? json(operands, forms, differences)
                : text(operands, forms, differences));
        return forms.size() < 2 || same(forms) ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static CanonicalForm form(final Explainer explainer, final Operand operand) {
        try {
            return explainer.canonicalForm(operand.message(), 0, operand.message().length);
        } catch (final OuliException e) {
            throw new CliException(ExitCode.USAGE, operand.label() + ": " + e.getMessage(), e);
        }
    }

    private static boolean same(final List<CanonicalForm> forms) {
        return Arrays.equals(forms.get(0).key(), forms.get(1).key());
    }

    private static String text(
            final List<Operand> operands, final List<CanonicalForm> forms, final FormDifferences differences) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < forms.size(); i++) {
            text.append("# ").append(operands.get(i).label()).append('\n').append(forms.get(i))
                    .append("key ").append(hex(forms.get(i).key())).append('\n');
            if (isStale(operands.get(i), forms.get(i))) {
                text.append("recorded under other rules, with the key ").append(hex(operands.get(i).recordedKey()))
                        .append("; give --config as it was when recording\n");
            }
            text.append(i + 1 < forms.size() ? "\n" : "");
        }
        if (differences != null) {
            text.append('\n');
            appendDifferences(text, operands, differences, same(forms));
        }
        return text.substring(0, text.length() - 1);
    }

    private static void appendDifferences(
            final StringBuilder text,
            final List<Operand> operands,
            final FormDifferences differences,
            final boolean same) {
        if (same) {
            text.append("the same key\n");
            return;
        }
        final List<FormDifference> listed = differences.list();
        if (listed.isEmpty()) {
            text.append("different keys, though no field shows how\n");
            return;
        }
        final String[] names = names(operands);
        text.append("first difference: ").append(line(listed.getFirst(), names)).append('\n');
        listed.stream().skip(1)
                .forEach(difference -> text.append("then: ").append(line(difference, names)).append('\n'));
        if (differences.count() > listed.size()) {
            text.append("and ").append(differences.count() - listed.size()).append(" more\n");
        }
    }

    private static String line(final FormDifference difference, final String[] names) {
        return difference.field()
                + (difference.pointer() == null || difference.pointer().isEmpty() ? "" : " " + difference.pointer())
                + ": " + names[0] + " " + quote(difference.recorded())
                + ", " + names[1] + " " + quote(difference.received());
    }

    private static String quote(final String value) {
        return value == null ? "nothing" : '"' + value + '"';
    }

    /** What was recorded is called so, if one of the two was. */
    private static String[] names(final List<Operand> operands) {
        return operands.get(0).recordedKey() != null && operands.get(1).recordedKey() == null
                ? new String[] {"recorded", "received"} : new String[] {"first", "second"};
    }

    private static boolean isStale(final Operand operand, final CanonicalForm form) {
        return operand.recordedKey() != null && !Arrays.equals(operand.recordedKey(), form.key());
    }

    private static String json(
            final List<Operand> operands, final List<CanonicalForm> forms, final FormDifferences differences) {
        final List<String> requests = new ArrayList<>();
        for (int i = 0; i < forms.size(); i++) {
            final CanonicalForm form = forms.get(i);
            final JsonLine line = new JsonLine()
                    .add("source", operands.get(i).label())
                    .add("method", form.method())
                    .add("path", form.path())
                    .add("key", hex(form.key()));
            if (operands.get(i).recordedKey() != null) {
                line.add("recordedKey", hex(operands.get(i).recordedKey()));
            }
            requests.add(line.add("form", form.toString())
                    .add("formBase64", Base64.getEncoder().encodeToString(form.bytes())).end());
        }
        final JsonLine line = new JsonLine().addRaw("requests", "[" + String.join(",", requests) + "]");
        if (differences != null) {
            final String[] names = names(operands);
            line.add("same", same(forms)).addRaw("differences", "[" + String.join(",", differences.list().stream()
                    .map(difference -> json(difference, names)).toList()) + "]")
                    .add("differenceCount", differences.count());
        }
        return line.end();
    }

    private static String json(final FormDifference difference, final String[] names) {
        final JsonLine line = new JsonLine().add("field", difference.field());
        if (difference.pointer() != null) {
            line.add("pointer", difference.pointer());
        }
        return line.add(names[0], difference.recorded()).add(names[1], difference.received()).end();
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
