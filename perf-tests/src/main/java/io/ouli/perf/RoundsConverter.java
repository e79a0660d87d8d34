package io.ouli.perf;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of rounds: none would be done at once, and show nothing. */
final class RoundsConverter implements ITypeConverter<Integer> {
    private static final int MAX_ROUNDS = 10_000;

    @Override
    public Integer convert(final String text) {
        final int rounds = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new TypeConversionException("'" + text + "' is no number of rounds; choose 1 to " + MAX_ROUNDS);
        }
        return rounds;
    }
}
