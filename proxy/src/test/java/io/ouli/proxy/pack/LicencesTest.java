package io.ouli.proxy.pack;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LicencesTest {
    @TempDir
    private Path runtime;

    @Test
    void shouldKeepEveryTextAndNameWhatALinkPointsTo() throws Exception {
        final byte[] text = "Permission is granted…\n".repeat(500).getBytes(StandardCharsets.UTF_8);
        final Path base = Files.createDirectories(runtime.resolve("legal/java.base"));
        Files.write(base.resolve("LICENSE"), text);
        final Path other = Files.createDirectories(runtime.resolve("legal/java.net.http"));
        Files.createSymbolicLink(other.resolve("LICENSE"), Path.of("../java.base/LICENSE"));

        Licences.pack(runtime);

        assertTrue(Files.notExists(runtime.resolve("legal")));
        final Path packed = runtime.resolve("legal.zip");
        assertTrue(Files.size(packed) < text.length / 3);
        try (ZipFile zip = new ZipFile(packed.toFile())) {
            assertEquals(List.of("legal/java.base/LICENSE", "legal/java.net.http/LICENSE"),
                    zip.stream().map(ZipEntry::getName).toList());
            assertArrayEquals(text, read(zip, "legal/java.base/LICENSE"));
            assertEquals("Please see ../java.base/LICENSE\n",
                    new String(read(zip, "legal/java.net.http/LICENSE"), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldLeaveARuntimeWithoutLicencesAsItIs() throws Exception {
        Licences.pack(runtime);
        try (var files = Files.list(runtime)) {
            assertEquals(0, files.count());
        }
    }

    private static byte[] read(final ZipFile zip, final String name) throws Exception {
        return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }
}
