package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingReport.Damage;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What every checksum passes, and the chain does not: interactions put into another order with all else made right. */
class ChainTest {
    private static final Path FILE = Path.of("/disk/session.ouli");

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);

    private byte[] unsealed(final String... keys) {
        final SimulatedStorage disk = new SimulatedStorage();
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        final RecordingOptions options = RecordingOptions.of(pool).withStorage(disk).withClock(() -> 7_000_000_000L);
        try (RecordingWriter writer = RecordingWriter.open(FILE, options)) {
            for (final String key : keys) {
                Interactions.append(writer, builder, Interactions.of(writer.nextSequence(), key, "same length"));
            }
            writer.commit();
        }
        return disk.bytes(FILE);
    }

    private List<Damage> verify(final byte[] bytes) {
        final SimulatedStorage disk = new SimulatedStorage();
        disk.put(FILE, bytes);
        final List<Damage> found = new ArrayList<>();
        new RecordingVerifier(disk, RecordingLimits.DEFAULT).verify(FILE, found::add);
        return found;
    }

    @Test
    void shouldFollowAcrossAppends() {
        assertEquals(List.of(), verify(unsealed("key1", "key2", "key3")));
    }

    @Test
    void shouldNoticeInteractionsThatWereSwapped() {
        final byte[] bytes = unsealed("key1", "key2", "key3");
        final int length = (bytes.length - FileHeader.BYTES) / 3;
        final int first = FileHeader.BYTES;
        final int second = first + length;
        final byte[] swapped = bytes.clone();
        System.arraycopy(bytes, first, swapped, second, length);
        System.arraycopy(bytes, second, swapped, first, length);
        final MemorySegment memory = MemorySegment.ofArray(swapped);
        final int tag = memory.get(Le.INT, first + FrameHeader.TAG);
        FrameHeader.place(memory, first, first, tag, new Checksums());
        FrameHeader.place(memory, second, second, tag, new Checksums());
        final List<Damage> found = verify(swapped);
        assertTrue(found.size() >= 2, found.toString());
        assertEquals(first, found.getFirst().offset());
        assertTrue(found.getFirst().reason().contains("does not follow"), found.toString());
    }
}
