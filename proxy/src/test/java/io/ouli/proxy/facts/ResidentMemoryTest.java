package io.ouli.proxy.facts;

import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@EnabledOnOs(OS.LINUX)
class ResidentMemoryTest {
    private static final long BYTES = 32L << 20;

    @Test
    void shouldAddUpToWhatTheKernelCounts() {
        ResidentMemory.read();
        final ResidentMemory memory = ResidentMemory.read();
        assertTrue(memory.processBytes() > 0);
        assertTrue(Math.abs(memory.sum() - memory.processBytes()) < memory.processBytes() / 10, memory::toString);
    }

    @Test
    void shouldCountWhatWasTouchedAndForgetWhatWasFreed() {
        if (!Files.isReadable(Path.of("/proc/self/pagemap"))) {
            return;
        }
        final long before = ResidentMemory.read().owned().get(Owner.FRAMES);
        try (Arena arena = Arena.ofShared()) {
            final MemorySegment memory = NativeLedger.note(Owner.FRAMES, arena.allocate(BYTES, 4_096));
            memory.asSlice(0, BYTES / 2).fill((byte) 1);
            final long during = ResidentMemory.read().owned().get(Owner.FRAMES) - before;
            // Memory for an arena is zeroed, and so touched, unless it comes fresh from the kernel.
            assertTrue(during >= BYTES / 2 && during <= BYTES, during + " bytes");
            assertTrue(NativeLedger.bytes(Owner.FRAMES) >= BYTES);
        }
        assertEquals(before, ResidentMemory.read().owned().get(Owner.FRAMES));
    }
}
