package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HttpMessageProperties {
    private static final String TOKEN_CHARS =
            "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Provide
    Arbitrary<Tuple2<String, String>> fields() {
        final Arbitrary<String> names = Arbitraries.strings().withChars(TOKEN_CHARS).ofMinLength(1).ofMaxLength(20)
                .map(name -> "x" + name);
        final Arbitrary<String> values = Arbitraries.strings().withCharRange(' ', '~').withChars("\t\u0080\u00ff")
                .ofMaxLength(40);
        return Combinators.combine(names, values).as(Tuple::of);
    }

    @Property
    void shouldGiveBackEveryFieldOfEveryRequest(
            @ForAll("fields") final Tuple2<String, String> first,
            @ForAll @Size(max = 20) final List<@From("fields") Tuple2<String, String>> others,
            @ForAll @IntRange(min = 0, max = 100) final int splitPercent) {
        final StringBuilder text = new StringBuilder("PATCH /p HTTP/1.1\r\nHost: h\r\n");
        text.append(first.get1()).append(':').append(first.get2()).append("\r\n");
        others.forEach(field -> text.append(field.get1()).append(": ").append(field.get2()).append("\r\n"));
        final byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        final RequestParser parser = new RequestParser();
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        final int split = (bytes.length - 1) * splitPercent / 100;
        assertEquals(HeadParser.INCOMPLETE, parser.parse(bytes, 0, split, head));
        assertEquals(bytes.length, parser.parse(bytes, 0, bytes.length, head));
        assertEquals(others.size() + 2, head.headers().count());
        assertEquals(first.get1(), head.headers().name(1));
        assertEquals(trimmed(first.get2()), head.headers().value(1));
        for (int i = 0; i < others.size(); i++) {
            assertEquals(others.get(i).get1(), head.headers().name(i + 2));
            assertEquals(trimmed(others.get(i).get2()), head.headers().value(i + 2));
        }
    }

    private static String trimmed(final String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    @Property
    void shouldNeverThrowNorReadBeyondTheLimit(
            @ForAll @Size(max = 300) final byte[] noise, @ForAll @IntRange(min = 0, max = 300) final int at) {
        final byte[] valid = "POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX: y\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        final ByteArrayOutputStream mixed = new ByteArrayOutputStream();
        final int cut = Math.min(at, valid.length);
        mixed.write(valid, 0, cut);
        mixed.writeBytes(noise);
        mixed.write(valid, cut, valid.length - cut);
        final byte[] bytes = mixed.toByteArray();
        final RequestParser parser = new RequestParser();
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        final int whole = parser.parse(bytes, 0, bytes.length, head);
        assertTrue(whole <= bytes.length);
        parser.reset();
        int byteWise = HeadParser.INCOMPLETE;
        for (int limit = 0; limit <= bytes.length && byteWise == HeadParser.INCOMPLETE; limit++) {
            byteWise = parser.parse(bytes, 0, limit, head);
        }
        assertEquals(whole, byteWise);
    }

    @Provide
    Arbitrary<List<byte[]>> chunks() {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(400).list().ofMaxSize(10);
    }

    @Property
    void shouldDecodeWhatWasEncoded(
            @ForAll("chunks") final List<byte[]> chunks,
            @ForAll @IntRange(min = 1, max = 500) final int step) {
        final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        final ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (final byte[] chunk : chunks) {
            final HeadWriter size = new HeadWriter(8).hex(chunk.length).crlf();
            wire.write(size.bytes(), 0, size.length());
            wire.writeBytes(chunk);
            wire.writeBytes(new byte[] {'\r', '\n'});
            plain.writeBytes(chunk);
        }
        wire.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        final ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        final ChunkedDecoder decoder = new ChunkedDecoder(1 << 20);
        final byte[] bytes = wire.toByteArray();
        int position = 0;
        int limit = 0;
        ChunkedDecoder.Event event = ChunkedDecoder.Event.NEED_INPUT;
        while (event != ChunkedDecoder.Event.END) {
            limit = event == ChunkedDecoder.Event.NEED_INPUT ? Math.min(bytes.length, limit + step) : limit;
            event = decoder.next(bytes, position, limit);
            assertNotEquals(ChunkedDecoder.Event.REFUSED, event);
            position = decoder.position();
            if (event == ChunkedDecoder.Event.DATA) {
                decoded.write(bytes, decoder.dataStart(), decoder.dataLength());
            }
        }
        assertEquals(bytes.length, position);
        assertEquals(plain.size(), decoder.bodyBytes());
        assertArrayEquals(plain.toByteArray(), decoded.toByteArray());
    }
}
