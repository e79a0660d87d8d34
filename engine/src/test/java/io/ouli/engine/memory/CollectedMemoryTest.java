package io.ouli.engine.memory;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcMemory;
import io.ouli.ffm.Native;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CollectedMemoryTest {
    private static final int PAGE_BYTES = 4_096;

    @ParameterizedTest
    @ValueSource(longs = {8, CollectedMemory.MAPPED_BYTES - 8, CollectedMemory.MAPPED_BYTES,
        CollectedMemory.MAPPED_BYTES + 8, 5 << 20})
    void shouldGiveZeroedMemoryOfTheLengthThatIsAsked(final long bytes) {
        final MemorySegment memory = CollectedMemory.allocate(Owner.TABLES, bytes);
        assertEquals(bytes, memory.byteSize());
        assertEquals(0, memory.address() % Long.BYTES);
        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
        memory.set(JAVA_LONG, bytes - Long.BYTES, 1);
        assertEquals(1, memory.get(JAVA_LONG, bytes - Long.BYTES));
    }

    @Test
    void shouldMakeNoZerosThatNobodyAskedFor() {
        assertTrue(Native.available());
        final MemorySegment memory = CollectedMemory.allocate(Owner.TABLES, 16 << 20);
        memory.set(JAVA_BYTE, 9 << 20, (byte) 1);
        final int there = pagesThere(memory);
        // One page; a huge one where the kernel gives these unasked.
        assertTrue(there >= 1 && there <= (2 << 20) / PAGE_BYTES, there + " pages");
    }

    @Test
    void shouldAskTheArenaWhereTheKernelMapsNothing() {
        final int bytes = 1 << 20;
        final MemorySegment memory = CollectedMemory.mapped(bytes, length -> {
            throw new NativeException("cannot map", LibcHeader.ENOMEM);
        });
        assertEquals(bytes, memory.byteSize());
        assertEquals(0, memory.address() % Long.BYTES);
        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[bytes])));
    }

    private static int pagesThere(final MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment pages = arena.allocate(memory.byteSize() / PAGE_BYTES);
            assertEquals(0, LibcMemory.mincore(new ErrnoCapture(), memory.address(), memory.byteSize(), pages));
            int count = 0;
            for (long i = 0; i < pages.byteSize(); i++) {
                count += pages.get(JAVA_BYTE, i) & 1;
            }
            return count;
        }
    }
}
