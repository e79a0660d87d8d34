package io.ouli.proxy.cli;

import io.ouli.proxy.config.Choices;
import java.util.List;
import java.util.Map;

/**
 * What was typed after a command, parsed by its {@link Syntax}; a getter returns null for a flag that was not typed.
 *
 * <p>A value that cannot be ends in a {@link CliException} that names the flag.
 */
final class Arguments {
    static final String HELP = "--help";
    static final String DEBUG = "--debug";

    private final Syntax syntax;
    private final Map<String, List<String>> values;
    private final List<String> words;

    Arguments(final Syntax syntax, final Map<String, List<String>> values, final List<String> words) {
        this.syntax = syntax;
        this.values = values;
        this.words = words;
    }

    /** {@return the arguments that belong to no flag} */
    List<String> words() {
        return words;
    }

    /** {@return whether a switch was typed} */
    boolean flag(final String name) {
        return !all(name).isEmpty();
    }

    /** {@return a text} */
    String text(final String name) {
        final List<String> given = all(name);
        return given.isEmpty() ? null : given.getLast();
    }

    /** {@return the name of a folder: never an empty one, which would be the folder that one happens to be in} */
    String path(final String name) {
        final String text = text(name);
        if (text != null && text.isEmpty()) {
            throw wrong(name + " is empty; name a folder, or . for this one");
        }
        return text;
    }

    /** {@return the values of a flag that may be given several times} */
    List<String> all(final String name) {
        assert syntax.knows(name) || name.equals(HELP) || name.equals(DEBUG) : name;
        return values.getOrDefault(name, List.of());
    }

    /** {@return a whole number} */
    Integer number(final String name, final int least, final int most) {
        final String text = text(name);
        return text == null ? null : number(name, text, least, most);
    }

    /** {@return whole numbers, in the order in which they were typed} */
    List<Integer> numbers(final String name, final int least, final int most) {
        return all(name).stream().map(text -> number(name, text, least, most)).toList();
    }

    private Integer number(final String name, final String text, final int least, final int most) {
        try {
            final int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (final NumberFormatException ignored) {
            // Told below, as for a number out of range.
        }
        throw wrong(name + " must be a number from " + least + " to " + most + ", not '" + text + "'");
    }

    /** {@return one of an enumeration's constants} */
    <E extends Enum<E>> E choice(final String name, final Class<E> type) {
        final String text = text(name);
        return text == null ? null : choiceOf(name, type, text);
    }

    /**
     * {@return the constant that a text names}
     *
     * @param name what the text stands for, in the error.
     */
    <E extends Enum<E>> E choiceOf(final String name, final Class<E> type, final String text) {
        try {
            return Choices.parse(type, text);
        } catch (final IllegalArgumentException e) {
            throw wrong(name + " " + e.getMessage());
        }
    }

    /** {@return an error that ends with where to read what is right} */
    CliException wrong(final String problem) {
        return syntax.wrong(problem);
    }
}
