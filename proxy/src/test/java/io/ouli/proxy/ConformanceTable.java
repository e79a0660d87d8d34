package io.ouli.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the cases of {@code conformance/*.txt}; the files say what their lines mean. */
final class ConformanceTable {
    /** One line of a case: a word and what stands behind it, escapes resolved. */
    record Step(String word, String text) {
    }

    /** One case. */
    record Case(String name, List<Step> steps) {
        /** Returns what stands behind a word, null if the case has no such line. */
        String text(final String word) {
            return steps.stream().filter(step -> step.word.equals(word)).map(Step::text).findFirst().orElse(null);
        }

        boolean has(final String word) {
            return text(word) != null;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private ConformanceTable() {
    }

    static Stream<Case> read(final String file) {
        final List<Case> cases = new ArrayList<>();
        for (final String line : text(file).lines().toList()) {
            if (line.startsWith("== ")) {
                cases.add(new Case(line.substring(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                final int space = line.indexOf(' ');
                cases.getLast().steps.add(space < 0 ? new Step(line, "")
                        : new Step(line.substring(0, space), resolve(line.substring(space + 1))));
            }
        }
        return cases.stream();
    }

    private static String text(final String file) {
        try (InputStream in = ConformanceTable.class.getResourceAsStream("/conformance/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resolves escapes and repetitions; one repetition may stand in another. */
    static String resolve(final String text) {
        final StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            final char c = text.charAt(at++);
            if (c == '\\') {
                final char kind = text.charAt(at++);
                switch (kind) {
                    case 'r' -> out.append('\r');
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case '0' -> out.append('\0');
                    case '\\' -> out.append('\\');
                    case 'x' -> {
                        out.append((char) Integer.parseInt(text, at, at + 2, 16));
                        at += 2;
                    }
                    default -> throw new IllegalArgumentException("no escape: \\" + kind + " in " + text);
                }
            } else if (c == '{') {
                final int end = closing(text, at);
                final int star = text.lastIndexOf('*', end);
                out.repeat(resolve(text.substring(at, star)), Integer.parseInt(text, star + 1, end, 10));
                at = end + 1;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static int closing(final String text, final int from) {
        int depth = 1;
        int at = from;
        while (true) {
            final char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
            at++;
        }
    }
}
