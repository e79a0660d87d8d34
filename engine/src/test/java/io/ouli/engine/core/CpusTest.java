package io.ouli.engine.core;

import io.ouli.engine.OuliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CpusTest {
    @Test
    void shouldReadTheKernelsListFormat() {
        assertArrayEquals(new int[] {0, 1, 4}, Cpus.parseList("0-1,4"));
        assertArrayEquals(new int[] {7}, Cpus.parseList("7"));
    }

    @Test
    void shouldChooseAllowedProcessors() {
        final int[] allowed = Cpus.allowed();
        assertTrue(allowed.length > 0);
        assertArrayEquals(allowed, Cpus.choose("auto", allowed.length));
        assertArrayEquals(new int[] {Cpus.ANY, Cpus.ANY}, Cpus.choose("none", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1-", "-1", "3-1", "0,,1", "65537"})
    void shouldRefuseAMalformedList(final String spec) {
        assertThrows(OuliException.class, () -> Cpus.choose(spec, 1));
    }

    @Test
    void shouldNameAProcessorThatMayNotBeUsed() {
        final var error = assertThrows(OuliException.class, () -> Cpus.choose("65000", 1));
        assertTrue(error.getMessage().contains("65000"), error.getMessage());
    }

    @Test
    void shouldRefuseMoreWorkersThanProcessors() {
        final int allowed = Cpus.allowed().length;
        final var error = assertThrows(OuliException.class, () -> Cpus.choose("auto", allowed + 1));
        assertEquals(true, error.getMessage().contains("--workers"), error.getMessage());
    }
}
