package io.ouli.perf.report;

import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.Pinning;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Opens the page in a real browser; left out where there is no chromium. */
class ReportBrowserTest {
    private static final int DARK = 80;
    private static final int LIGHT = 200;

    @TempDir
    private Path folder;

    @BeforeEach
    void writePage() throws Exception {
        assumeTrue(Pinning.findTool("chromium") != null, "chromium is not installed; apt-get install chromium");
        final Subject one = new Subject("base/nio", "", List.of(Map.of("cpuMicrosPerRequest", 10.0)), null);
        Files.writeString(folder.resolve("report.html"), Report.of(List.of(new BenchResult("matrix",
                "2026-01-01T00:00:00Z", Map.of(), Map.of(), List.of("careful"), List.of(one)))));
    }

    @Test
    void shouldBeLightOrDarkAsTheReaderLikesIt() throws Exception {
        assertTrue(brightness("light", "--blink-settings=preferredColorScheme=1") > LIGHT);
        assertTrue(brightness("dark", "--blink-settings=preferredColorScheme=0") < DARK);
    }

    @Test
    void shouldPrint() throws Exception {
        final Path pdf = folder.resolve("report.pdf");
        browse("--print-to-pdf=" + pdf);
        final byte[] bytes = Files.readAllBytes(pdf);
        assertEquals("%PDF", new String(bytes, 0, 4, StandardCharsets.US_ASCII));
    }

    /** Returns how bright the page is at its upper left corner, 0 to 255. */
    private int brightness(final String name, final String setting) throws Exception {
        final File picture = folder.resolve(name + ".png").toFile();
        browse(setting, "--window-size=800,600", "--screenshot=" + picture);
        final BufferedImage image = ImageIO.read(picture);
        return image.getRGB(2, 2) & 0xff;
    }

    private void browse(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of("chromium", "--headless", "--no-sandbox",
                "--disable-gpu", "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(arguments));
        command.add(folder.resolve("report.html").toUri().toString());
        final Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "chromium hangs");
        assertEquals(0, process.exitValue());
    }
}
