package io.ouli.proxy.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Spells the constants of an enumeration as people write them: in lower case, with a hyphen between words. */
public final class Choices {
    private Choices() {
    }

    /**
     * {@return the constant that a text names}
     *
     * @throws IllegalArgumentException with a message that lists the choices.
     */
    public static <E extends Enum<E>> E parse(final Class<E> type, final String text) {
        for (final E constant : type.getEnumConstants()) {
            if (constant.name().equals(text.toUpperCase(Locale.ROOT).replace('-', '_'))) {
                return constant;
            }
        }
        throw new IllegalArgumentException("must be " + list(type) + ", not '" + text + "'");
    }

    /** {@return how a constant is written} */
    public static String spell(final Enum<?> constant) {
        // A proper name keeps its underscore.
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-').replace("io-uring", "io_uring");
    }

    /** {@return all choices for a sentence: {@code fail, append or replace}} */
    public static <E extends Enum<E>> String list(final Class<E> type) {
        final E[] constants = type.getEnumConstants();
        final String last = spell(constants[constants.length - 1]);
        if (constants.length == 1) {
            return last;
        }
        return Arrays.stream(constants, 0, constants.length - 1).map(Choices::spell).collect(Collectors.joining(", "))
                + " or " + last;
    }
}
