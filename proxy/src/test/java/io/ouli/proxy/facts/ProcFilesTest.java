package io.ouli.proxy.facts;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ProcFilesTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadANumberOfTheKernelWithAllItsDigits() {
        final Path number = Path.of("/proc/sys/kernel/pid_max");
        assumeTrue(Files.isReadable(number), "Linux alone has it");
        // At least 301 everywhere: a single digit is the first of several.
        assertTrue(Integer.parseInt(ProcFiles.text(number).strip()) > 300, ProcFiles.text(number));
    }

    @Test
    void shouldReadWhatIsLongerThanOnePart() throws Exception {
        final String text = "0123456789".repeat(10_000);
        assertEquals(text, ProcFiles.text(Files.writeString(folder.resolve("long"), text)));
        assertEquals("", ProcFiles.text(folder.resolve("none")));
    }
}
