package io.ouli.proxy.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AotCacheTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console =
            new Console(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err), false);

    @TempDir
    private Path folder;

    @Test
    void shouldKeepACacheThatIsMapped() throws IOException {
        final AotCache cache = cache("7f00-7f01 r--p 00000000 fe:00 1 " + folder.resolve("fast.aot") + "\n");

        cache.reportRefusal(console);

        assertEquals("used", cache.state());
        assertEquals("", err.toString());
        assertTrue(Files.exists(folder.resolve("fast.key")));
    }

    @Test
    void shouldSayThatACacheWasRefusedAndHaveItMadeAnew() throws IOException {
        final AotCache cache = cache("7f00-7f01 r--p 00000000 fe:00 1 /lib/libc.so\n");

        cache.reportRefusal(console);

        assertEquals("refused", cache.state());
        assertTrue(err.toString().contains("refused the AOT cache") && err.toString().contains("makes it anew"),
                err.toString());
        assertFalse(Files.exists(folder.resolve("fast.key")), "the launcher trusts it no more");
    }

    private AotCache cache(final String maps) throws IOException {
        Files.writeString(folder.resolve("fast.key"), "key");
        return new AotCache(folder.resolve("fast.aot").toString(), "used",
                Files.writeString(folder.resolve("maps"), maps));
    }
}
