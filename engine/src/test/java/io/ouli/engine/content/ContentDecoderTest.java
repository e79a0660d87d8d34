package io.ouli.engine.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ContentDecoderTest {
    private static final int MAX_BYTES = 1 << 20;

    private final ContentDecoder decoder = new ContentDecoder(MAX_BYTES);

    /** One line of the pinned vectors, made by zstd 1.5.7, brotli 1.2 and zlib: what came out of other encoders. */
    private record Vector(String name, ContentCoding coding, int length, String sha256, byte[] encoded) {
        static Vector parse(final String line) {
            final String[] parts = line.split(" ");
            return new Vector(
                    parts[0] + " " + parts[1],
                    ContentCoding.valueOf(parts[1]),
                    Integer.parseInt(parts[2]),
                    parts[3],
                    Base64.getDecoder().decode(parts[4]));
        }
    }

    private static List<Vector> vectors() throws IOException {
        try (InputStream in = ContentDecoderTest.class.getResourceAsStream("/content/codings.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(Vector::parse).toList();
        }
    }

    private byte[] decode(final ContentCoding coding, final byte[] encoded) {
        return decoder.decode(coding, encoded, 0, encoded.length)
                ? Arrays.copyOf(decoder.bytes(), decoder.length())
                : null;
    }

    @TestFactory
    Stream<DynamicTest> shouldDecodeWhatOtherEncodersMade() throws IOException {
        return vectors().stream().map(vector -> DynamicTest.dynamicTest(vector.name(), () -> {
            final byte[] decoded = decode(vector.coding(), vector.encoded());
            assertEquals(vector.length(), decoded.length);
            final byte[] hash = MessageDigest.getInstance("SHA-256").digest(decoded);
            assertEquals(vector.sha256(), HexFormat.of().formatHex(hash));
        }));
    }

    @Test
    void shouldRefuseWhatIsFollowedByMore() throws IOException {
        for (final Vector vector : vectors()) {
            final byte[] longer = Arrays.copyOf(vector.encoded(), vector.encoded().length + 1);
            longer[longer.length - 1] = 1;
            assertNull(decode(vector.coding(), longer), vector.name());
        }
    }

    @Test
    void shouldRefuseWhatIsCutOff() throws IOException {
        for (final Vector vector : vectors()) {
            final int step = Math.max(1, vector.encoded().length / 50);
            for (int length = 0; length < vector.encoded().length; length += step) {
                final byte[] decoded = decode(vector.coding(), Arrays.copyOf(vector.encoded(), length));
                final boolean isWholeMember = vector.name().matches("(frames|members) .*") && decoded != null;
                assertTrue(decoded == null || isWholeMember, vector.name() + " cut to " + length);
            }
        }
    }

    @Test
    void shouldNeverThrowOnDamage() throws IOException {
        final Random random = new Random(5);
        for (final Vector vector : vectors()) {
            for (int round = 0; round < 200; round++) {
                final byte[] damaged = vector.encoded().clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                decode(vector.coding(), damaged);
            }
        }
    }

    @Test
    void shouldNeverReadBeyondTheGivenRange() throws IOException {
        for (final Vector vector : vectors()) {
            final byte[] among = new byte[vector.encoded().length + 40];
            Arrays.fill(among, (byte) 0x5a);
            System.arraycopy(vector.encoded(), 0, among, 17, vector.encoded().length);
            assertTrue(decoder.decode(vector.coding(), among, 17, vector.encoded().length), vector.name());
            assertEquals(vector.length(), decoder.length());
        }
    }

    @Test
    void shouldStopAtItsBound() throws IOException {
        for (final int length : new int[] {MAX_BYTES, MAX_BYTES + 1}) {
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(new byte[length]);
            }
            assertEquals(length == MAX_BYTES, decode(ContentCoding.GZIP, out.toByteArray()) != null);
        }
        for (final Vector vector : vectors()) {
            if (vector.length() > 0) {
                final byte[] in = vector.encoded();
                assertTrue(new ContentDecoder(vector.length()).decode(vector.coding(), in, 0, in.length));
                assertFalse(new ContentDecoder(vector.length() - 1).decode(vector.coding(), in, 0, in.length));
            }
        }
    }

    @Test
    void shouldUndoOneCodingAfterTheOther() throws IOException {
        final byte[] text = "one around the other".repeat(20).getBytes(StandardCharsets.US_ASCII);
        byte[] encoded = text;
        for (int i = 0; i < 3; i++) {
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(encoded);
            }
            encoded = out.toByteArray();
        }
        assertTrue(decoder.decode(ContentCoding.GZIP, encoded, 0, encoded.length));
        assertTrue(decoder.decode(ContentCoding.GZIP, decoder.bytes(), 0, decoder.length()));
        assertTrue(decoder.decode(ContentCoding.GZIP, decoder.bytes(), 0, decoder.length()));
        assertArrayEquals(text, Arrays.copyOf(decoder.bytes(), decoder.length()));
    }

    @Test
    void shouldKnowCodingsByNameInAnyCase() {
        for (final String name : List.of("GZip", "x-gzip", "br", "ZSTD", "Deflate", "identity")) {
            final byte[] bytes = (" " + name + " ").getBytes(StandardCharsets.US_ASCII);
            assertTrue(ContentCoding.of(bytes, 1, bytes.length - 1) != null, name);
            assertNull(ContentCoding.of(bytes, 0, bytes.length), name);
        }
        assertNull(ContentCoding.of(new byte[0], 0, 0));
    }
}
