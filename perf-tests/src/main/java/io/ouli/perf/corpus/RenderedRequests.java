package io.ouli.perf.corpus;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A corpus as the bytes that go to one server, in native memory, so that sending a request is handing out a range.
 * Read-only once made; several generator threads may share it.
 */
public final class RenderedRequests implements AutoCloseable {
    private static final long SHUFFLE_SEED = 0x6f756c69L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final int[] offsets;
    private final ExpectedReply[] expected;
    private final boolean[] head;
    private final int[] order;

    private RenderedRequests(final byte[] bytes, final int[] offsets, final Corpus corpus) {
        this.offsets = offsets;
        segment = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        final int count = corpus.items().size();
        expected = new ExpectedReply[count];
        head = new boolean[count];
        order = new int[count];
        final SplittableRandom random = new SplittableRandom(SHUFFLE_SEED);
        for (int i = 0; i < count; i++) {
            expected[i] = corpus.items().get(i).expected();
            head[i] = "HEAD".equals(corpus.items().get(i).method());
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    /** Renders every request for a server, named as it wants to be in {@code Host}. */
    public static RenderedRequests of(final Corpus corpus, final String host) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final int[] offsets = new int[corpus.items().size() + 1];
        int at = 0;
        for (final CorpusItem item : corpus.items()) {
            all.writeBytes(render(item, host));
            offsets[++at] = all.size();
        }
        return new RenderedRequests(all.toByteArray(), offsets, corpus);
    }

    /** {@return one request's HTTP/1.1 bytes} */
    public static byte[] render(final CorpusItem item, final String host) {
        final StringBuilder text = new StringBuilder(256);
        text.append(item.method()).append(' ').append(item.target()).append(" HTTP/1.1\r\nHost: ").append(host)
                .append("\r\n");
        item.headers().forEach(line -> text.append(line).append("\r\n"));
        if (item.body().length > 0) {
            text.append("Content-Length: ").append(item.body().length).append("\r\n");
        }
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(item.body());
        return out.toByteArray();
    }

    /** {@return how many requests there are} */
    public int count() {
        return expected.length;
    }

    /** {@return which request is the {@code n}-th to be sent: all of them in shuffled order, again and again} */
    public int nth(final long n) {
        return order[(int) (n % order.length)];
    }

    /** {@return the native memory with all requests} */
    public MemorySegment segment() {
        return segment;
    }

    /** {@return where request {@code index} begins in {@link #segment}} */
    public long offset(final int index) {
        return offsets[index];
    }

    /** {@return the length of request {@code index} in bytes} */
    public int length(final int index) {
        return offsets[index + 1] - offsets[index];
    }

    /** {@return the reply that request {@code index} must get, or null} */
    public ExpectedReply expected(final int index) {
        return expected[index];
    }

    /** {@return whether request {@code index} is a HEAD, whose reply has no body whatever its length says} */
    public boolean isHead(final int index) {
        return head[index];
    }

    /** {@return the request line of request {@code index}, for messages} */
    public String requestLine(final int index) {
        final byte[] bytes = segment.asSlice(offset(index), length(index)).toArray(ValueLayout.JAVA_BYTE);
        final String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf('\r'));
    }

    @Override
    public void close() {
        arena.close();
    }
}
