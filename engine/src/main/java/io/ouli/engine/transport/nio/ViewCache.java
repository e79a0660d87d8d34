package io.ouli.engine.transport.nio;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Byte buffers over windows of native segments, made once and then moved by position and limit, because NIO sends
 * only byte buffers and making one for each send would be garbage.
 *
 * <p>A byte buffer holds at most 2 GiB - 1: window {@code w} begins at {@code w} GiB and reaches as far as a buffer
 * can, so any range that begins in it has at least 1 GiB before it must go on with the next window. One gathering
 * write may name the same window several times, hence the slot: it has a buffer of its own for each place in the write.
 *
 * <p>An entry keeps its segment reachable until another one takes its place; a closed arena's segment does no harm,
 * since nobody can ask for it again.
 */
final class ViewCache {
    static final int WINDOW_SHIFT = 30;
    private static final int CAPACITY = 1 << 10;
    private static final int PROBES = 8;

    private final MemorySegment[] bases = new MemorySegment[CAPACITY];
    private final long[] places = new long[CAPACITY];
    private final ByteBuffer[] views = new ByteBuffer[CAPACITY];

    /**
     * Returns a buffer that is positioned on a range of a segment; its remaining bytes may be fewer than asked for.
     *
     * @param base   a native segment.
     * @param offset of the first byte.
     * @param length of the range in bytes.
     * @param slot   place in the gathering write, 0 to 63.
     */
    ByteBuffer view(final MemorySegment base, final long offset, final long length, final int slot) {
        final long window = offset >>> WINDOW_SHIFT;
        final ByteBuffer view = windowOf(base, window, slot);
        final int position = (int) (offset - (window << WINDOW_SHIFT));
        final int limit = (int) Math.min(view.capacity(), position + length);
        // The limit goes first to the capacity: position must not exceed the limit of the last use.
        return view.limit(view.capacity()).position(position).limit(limit);
    }

    private ByteBuffer windowOf(final MemorySegment base, final long window, final int slot) {
        final long place = window << 6 | slot;
        final int home = mix(System.identityHashCode(base), place);
        int at = home;
        for (int i = 0; i < PROBES; i++) {
            at = home + i & CAPACITY - 1;
            if (bases[at] == base && places[at] == place) {
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
        final long size = Math.min(base.byteSize() - start, Integer.MAX_VALUE);
        bases[at] = base;
        places[at] = place;
        views[at] = base.asSlice(start, size).asByteBuffer();
        return views[at];
    }

    private static int mix(final int identity, final long place) {
        final long product = (identity + 31 * place) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (product >>> 64 - 10);
    }
}
