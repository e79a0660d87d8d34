package io.ouli.proxy.facts;

import io.ouli.engine.OuliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JsonTreeTest {
    @Test
    void shouldReadWhatItWrote() throws Exception {
        final Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "a \"quoted\" ü");
        tree.put("whole", 42L);
        tree.put("part", 0.25);
        tree.put("flag", true);
        tree.put("nothing", null);
        tree.put("list", Arrays.asList(1L, "two", Map.of("three", 3L)));
        assertEquals(tree, JsonTree.parse(JsonTree.write(tree)));
    }

    @Test
    void shouldWriteNullForWhatJsonCannotSay() throws Exception {
        assertEquals(Arrays.asList(null, null), JsonTree.parse(JsonTree.write(
                List.of(Double.NaN, Double.POSITIVE_INFINITY))));
    }

    @Test
    void shouldNameTheFileThatIsNoJson(@TempDir final Path folder) throws Exception {
        final Path file = Files.writeString(folder.resolve("x.json"), "{\n\"a\": oops}");
        final OuliException fault = assertThrows(OuliException.class, () -> JsonTree.read(file));
        assertTrue(fault.getMessage().contains("x.json"), fault::getMessage);
        assertTrue(fault.getMessage().contains("line 2"), fault::getMessage);
        assertThrows(OuliException.class, () -> JsonTree.read(folder.resolve("missing.json")));
        final Path binary = Files.write(folder.resolve("binary.json"), new byte[] {'{', (byte) 0xff, (byte) 0xfe});
        assertTrue(assertThrows(OuliException.class, () -> JsonTree.read(binary)).getMessage()
                .endsWith("binary.json is no JSON: it is no text in UTF-8"));
    }
}
