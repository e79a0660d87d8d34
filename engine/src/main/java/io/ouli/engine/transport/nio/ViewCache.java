package io.ouli.engine.transport.nio;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Byte buffers over windows of native segments, made once and then moved by position and limit, because NIO sends
 * only byte buffers and making one for each send would be garbage.
 *
 * <p>A byte buffer holds less than 2 GiB: window {@code w} begins at {@code w} GiB and reaches almost as far as a
 * buffer can, so any range that begins in it has nearly 1 GiB before it must go on with the next window.
 *
 * <p>An entry keeps its segment reachable until another one takes its place; a closed arena's segment does no harm,
 * since nobody can ask for it again.
 */
final class ViewCache {
    static final int WINDOW_SHIFT = 30;
    private static final int CAPACITY = 1 << 10;
    private static final int PROBES = 8;
    /** A segment refuses to become a byte buffer within 8 bytes of the largest int. */
    private static final long WINDOW_BYTES = (2L << WINDOW_SHIFT) - 4_096;

    private final MemorySegment[] bases = new MemorySegment[CAPACITY];
    private final long[] windows = new long[CAPACITY];
    private final ByteBuffer[] views = new ByteBuffer[CAPACITY];

    /**
     * {@return a buffer that is positioned on a range of a segment; its remaining bytes may be fewer than asked for}
     *
     * @param base   a native segment.
     * @param offset of the first byte.
     * @param length of the range in bytes.
     */
    ByteBuffer view(final MemorySegment base, final long offset, final long length) {
        final long window = offset >>> WINDOW_SHIFT;
        final ByteBuffer view = windowOf(base, window);
        final int position = (int) (offset - (window << WINDOW_SHIFT));
        final int limit = (int) Math.min(view.capacity(), position + length);
        // The limit goes first to the capacity: position must not exceed the limit of the last use.
        return view.limit(view.capacity()).position(position).limit(limit);
    }

    private ByteBuffer windowOf(final MemorySegment base, final long window) {
        final int home = mix(System.identityHashCode(base), window);
        int at = home;
        for (int i = 0; i < PROBES; i++) {
            at = home + i & CAPACITY - 1;
            if (bases[at] == base && windows[at] == window) {
                return views[at];
            }
            if (bases[at] == null) {
                break;
            }
        }
        if (bases[at] != null) {
            at = home;
        }
        final long start = window << WINDOW_SHIFT;
        final long size = Math.min(base.byteSize() - start, WINDOW_BYTES);
        bases[at] = base;
        windows[at] = window;
        views[at] = base.asSlice(start, size).asByteBuffer();
        return views[at];
    }

    private static int mix(final int identity, final long window) {
        final long product = (identity + 31 * window) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (product >>> 64 - 10);
    }
}
