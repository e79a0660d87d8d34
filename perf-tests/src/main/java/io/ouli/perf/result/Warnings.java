package io.ouli.perf.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says a result's warnings so that they are read: what holds for many subjects once, as it was with the first. */
public final class Warnings {
    /** Up to as many subjects each say for themselves what is wrong. */
    private static final int MOST_ALONE = 2;

    private Warnings() {
    }

    /** @param text what is said of the subject; all of the words where they are of none. */
    private record Warning(String words, String text) {
        boolean ofSubject() {
            return text.length() < words.length();
        }
    }

    /** {@return what is to be said of a result, in the order of its warnings} */
    public static List<String> of(final BenchResult result) {
        final Map<String, List<Warning>> alike = new LinkedHashMap<>();
        for (final String words : result.warnings()) {
            final Warning warning = parse(result, words);
            final String what = warning.ofSubject()
                    ? withoutCount(warning.text).replaceAll("[0-9.,]+", "#")
                    : words;
            alike.computeIfAbsent(what, any -> new ArrayList<>()).add(warning);
        }
        final List<String> said = new ArrayList<>();
        for (final List<Warning> group : alike.values()) {
            if (group.size() <= MOST_ALONE) {
                group.forEach(warning -> said.add(warning.words));
            } else {
                said.add(withoutCount(group.getFirst().words) + "; " + (group.size() - 1) + " others likewise");
            }
        }
        return said;
    }

    private static Warning parse(final BenchResult result, final String words) {
        for (final Subject subject : result.subjects()) {
            if (words.startsWith(subject.name() + ": ") || words.startsWith(subject.name() + ' ')) {
                return new Warning(words, words.substring(subject.name().length()));
            }
        }
        return new Warning(words, words);
    }

    /** Takes out what {@link Results#condense} counted within one subject. */
    private static String withoutCount(final String words) {
        return words.replaceAll(" \\(and \\d+ more like it\\)$", "");
    }
}
