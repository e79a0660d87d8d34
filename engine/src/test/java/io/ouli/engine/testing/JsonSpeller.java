package io.ouli.engine.testing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Writes JSON in a random one of the spellings that mean the same. */
final class JsonSpeller {
    private final Random random;

    JsonSpeller(final Random random) {
        this.random = random;
    }

    String spell(final JsonSample sample) {
        final StringBuilder out = new StringBuilder();
        write(sample, out);
        return out.toString();
    }

    private void write(final JsonSample sample, final StringBuilder out) {
        space(out);
        switch (sample) {
            case final JsonSample.Text text -> text(text.value(), out);
            case final JsonSample.Decimal decimal -> decimal(decimal.value(), out);
            case final JsonSample.Word word -> out.append(word.name().toLowerCase(Locale.ROOT));
            case final JsonSample.Elements elements -> {
                out.append('[');
                for (int i = 0; i < elements.values().size(); i++) {
                    out.append(i == 0 ? "" : ",");
                    write(elements.values().get(i), out);
                }
                space(out);
                out.append(']');
            }
            case final JsonSample.Members members -> members(members.members(), out);
        }
        space(out);
    }

    private void members(final List<JsonSample.Member> members, final StringBuilder out) {
        final List<JsonSample.Member> rest = new ArrayList<>(members);
        out.append('{');
        while (!rest.isEmpty()) {
            final String key = rest.get(random.nextInt(rest.size())).key();
            int first = 0;
            while (!rest.get(first).key().equals(key)) {
                first++;
            }
            out.append(rest.size() == members.size() ? "" : ",");
            space(out);
            text(key, out);
            space(out);
            out.append(':');
            write(rest.remove(first).value(), out);
        }
        space(out);
        out.append('}');
    }

    private void space(final StringBuilder out) {
        while (random.nextInt(5) == 0) {
            out.append(" \t\n\r".charAt(random.nextInt(4)));
        }
    }

    private void text(final String text, final StringBuilder out) {
        out.append('"');
        for (final char c : text.toCharArray()) {
            final int which = "\"\\\b\t\n\f\r/".indexOf(c);
            if (which >= 0 && random.nextBoolean()) {
                out.append('\\').append("\"\\btnfr/".charAt(which));
            } else if (c < ' ' || c == '"' || c == '\\' || random.nextInt(6) == 0 && !isBesideSurrogate(c)) {
                out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Half a pair must not be escaped while the other half is a literal. */
    private static boolean isBesideSurrogate(final char c) {
        return Character.isSurrogate(c);
    }

    /** Writes digits and exponent with zeros more or fewer, and the point anywhere. */
    private void decimal(final BigDecimal value, final StringBuilder out) {
        final int zeros = random.nextInt(3);
        final BigDecimal scaled = value.setScale(value.scale() + zeros);
        final String digits = scaled.unscaledValue().abs().toString();
        final boolean negative = value.signum() < 0 || value.signum() == 0 && random.nextBoolean();
        out.append(negative ? "-" : "");
        if (random.nextBoolean() && scaled.scale() >= 0 && scaled.scale() < 20) {
            out.append(scaled.abs().toPlainString());
            return;
        }
        final int point = random.nextInt(digits.length()) + 1;
        final boolean leadingZero = digits.charAt(0) == '0';
        final int split = leadingZero ? 1 : point;
        out.append(digits, 0, split);
        if (split < digits.length()) {
            out.append('.').append(digits, split, digits.length());
        }
        final int exponent = -scaled.scale() + digits.length() - split;
        if (exponent != 0 || random.nextBoolean()) {
            out.append(random.nextBoolean() ? 'e' : 'E').append(exponent >= 0 && random.nextBoolean() ? "+" : "")
                    .append(exponent < 0 ? "-" : "").append(random.nextInt(4) == 0 ? "0" : "")
                    .append(Math.abs(exponent));
        }
    }
}
