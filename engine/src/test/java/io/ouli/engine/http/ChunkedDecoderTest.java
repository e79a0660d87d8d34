package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ChunkedDecoderTest {
    private final ChunkedDecoder decoder = new ChunkedDecoder(100);

    static List<MessageCases.Case> cases() {
        return MessageCases.read("chunked.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldDecodeOrRefuseAsTheTableSays(final MessageCases.Case one) {
        assertEquals(one.expected(), outcome(one.bytes(), one.bytes().length));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveTheSameHoweverTheBytesArrive(final MessageCases.Case one) {
        for (int step = 1; step < one.bytes().length; step++) {
            assertEquals(one.expected(), outcome(one.bytes(), step), "in steps of " + step);
        }
    }

    @Test
    void shouldHoldEachLimitAtItsEdge() {
        final String extensions = ";" + "e".repeat(Limits.MAX_CHUNK_EXTENSION_BYTES - 1);
        assertEquals("ok 1:x", outcomeOf("1" + extensions + "\r\nx\r\n0\r\n\r\n"));
        assertEquals("CHUNK_EXTENSIONS_TOO_LONG", outcomeOf("1" + extensions + "\r\nx\r\n0;\r\n\r\n"));
        final String line = "T: " + "v".repeat(1_019) + "\r\n";
        final String trailers = line.repeat(Limits.MAX_TRAILER_BYTES / line.length());
        assertEquals(Limits.MAX_TRAILER_BYTES, trailers.length());
        assertEquals("ok trailers=" + trailers.replace("\r\n", "\\r\\n"), outcomeOf("0\r\n" + trailers + "\r\n"));
        final String longer = "T" + trailers;
        assertEquals(Limits.MAX_TRAILER_BYTES + 1, longer.length());
        assertEquals("TRAILERS_TOO_LONG", outcomeOf("0\r\n" + longer + "\r\n"));
        assertEquals("TRAILERS_TOO_LONG", outcomeOf("0\r\nT: v" + trailers + "\r\n"));
        assertEquals("TOO_MANY_FIELDS", outcomeOf("0\r\n" + "T:\r\n".repeat(Limits.MAX_HEADERS + 1) + "\r\n"));
    }

    private String outcomeOf(final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return outcome(bytes, bytes.length);
    }

    private String outcome(final byte[] bytes, final int step) {
        decoder.reset();
        final StringBuilder out = new StringBuilder();
        int chunkBytes = 0;
        int position = 0;
        int limit = 0;
        while (true) {
            final ChunkedDecoder.Event event = decoder.next(bytes, position, limit);
            position = decoder.position();
            switch (event) {
                case NEED_INPUT -> {
                    assertEquals(limit, position);
                    if (limit == bytes.length) {
                        return "incomplete";
                    }
                    limit = Math.min(bytes.length, limit + step);
                }
                case CHUNK -> {
                    out.append(' ').append(decoder.chunkLength()).append(':');
                    chunkBytes = 0;
                }
                case DATA -> {
                    out.append(escaped(bytes, decoder.dataStart(), decoder.dataLength()));
                    chunkBytes += decoder.dataLength();
                    assertEquals(decoder.endsChunk(), chunkBytes == decoder.chunkLength());
                }
                case END -> {
                    return "ok" + out + (decoder.trailersLength() == 0 ? ""
                            : " trailers=" + escaped(decoder.trailers(), 0, decoder.trailersLength()))
                            + (position == bytes.length ? "" : " rest=" + (bytes.length - position));
                }
                default -> {
                    return decoder.fault().name();
                }
            }
        }
    }

    private static String escaped(final byte[] bytes, final int from, final int length) {
        return new String(Arrays.copyOfRange(bytes, from, from + length), StandardCharsets.ISO_8859_1)
                .replace("\r", "\\r").replace("\n", "\\n");
    }
}
