package io.ouli.engine.recording;

import io.ouli.engine.ColdReply;
import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.memory.MappedPages;
import io.ouli.engine.memory.OffHeap;
import io.ouli.engine.recording.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A recording that is read in place: mapped, looked up through its own index, each frame checked the first time that it
 * is used. Safe for use by several threads; look-ups and accessors take no lock and allocate nothing.
 *
 * <p>An interaction is named by its <em>slot</em>, its place in the index, which stays the same while the recording is
 * open. The accessors of a slot tell the truth only after {@link #verify} of it returned true.
 *
 * <p>The mapping stays while somebody has {@linkplain #retain retained} the recording. If somebody else cuts the file
 * meanwhile, look-ups go on in memory of the recording's own, {@link #verify} gives false for what is gone, a kernel
 * that is told to send it from {@link #segment} gives EFAULT, and copies end in a {@link RecordingException}. Java code
 * that reads {@link #segment} itself does so through {@link GuardedCopy}.
 */
public final class Recording extends RefCounted {
    /** What {@link #find} gives when there is no such interaction. */
    public static final long NOT_FOUND = -1;
    /** What {@link #find} gives when the index is damaged where the interaction would be. */
    public static final long DAMAGED = -2;
    /**
     * What {@link #find} gives while another thread makes a damaged part of the index anew, which it has passed: ask
     * again {@linkplain #whenReady when that is over}. Only of a recording that is opened with a {@link Residency}.
     */
    public static final long LATER = -3;

    /** How a recording was found. */
    public enum State {
        /** Whole, as it was sealed. */
        SEALED,
        /** Being written, or left so by a crash: its index was made in memory by reading all of it. */
        UNSEALED,
        /** Sealed, but damaged so that its index cannot be used: what is left was found by reading all of it. */
        DAMAGED
    }

    private final FileHeader header;
    private final State state;
    private final String problem;
    private final int count;
    private final OffHeap memory;
    private final MemorySegment file;
    private final Index index;
    private final FrameCheck frames;
    private final FrameCopies copies;
    private final LazyOrder order;
    private Residency residency;
    private long admittedBytes;
    private RecordingFile source;
    /** Up to where the mapping is in memory; all of it is taken to be, unless somebody brings it in. */
    private volatile long residentEnd = Long.MAX_VALUE;

    Recording(
            final Path path,
            final Contents contents,
            final OffHeap memory,
            final MemorySegment file,
            final Index index,
            final int count) {
        super(path);
        header = contents.header();
        problem = contents.problem();
        state = contents.problem() != null ? State.DAMAGED
                : contents.isSealed() && contents.log() == null ? State.SEALED : State.UNSEALED;
        this.count = count;
        this.memory = memory;
        this.file = file;
        this.index = index;
        frames = new FrameCheck(path, file, header.tag(), index, memory);
        copies = new FrameCopies(path, file);
        order = new LazyOrder(index, count, memory);
        if (contents.log() != null) {
            frames.markScanned();
        }
    }

    /** Opens a recording of the operating system's files, with the default limits. */
    public static Recording open(final Path path) {
        return RecordingOpener.open(path, ReadOptions.DEFAULT);
    }

    /** Opens a recording of some storage. */
    public static Recording open(final Path path, final Storage storage, final RecordingLimits limits) {
        return RecordingOpener.open(path, ReadOptions.DEFAULT.withStorage(storage, limits));
    }

    /** Opens what this process is writing: that it is not sealed yet is no news for the log. */
    public static Recording openUnsealed(final Path path) {
        return RecordingOpener.open(path, ReadOptions.DEFAULT.silent());
    }

    /**
     * Opens a recording. Of a sealed one nothing is read but the header and the index's checksums; one that is not
     * sealed, or whose seal is damaged, is read whole, and says so in the log.
     *
     * @throws RecordingException if it is missing, no recording, or nothing of it can be used.
     */
    public static Recording open(final Path path, final ReadOptions options) {
        return RecordingOpener.open(path, options);
    }

    /** {@return how it was found} */
    public State state() {
        return state;
    }

    /** {@return what is wrong with the whole of it, or null} */
    public String problem() {
        return problem;
    }

    /** {@return how many interactions it has} */
    public int count() {
        return count;
    }

    /** {@return the index's capacity: slots are from 0 to below it} */
    public int capacity() {
        return index.capacity();
    }

    /** {@return when it was begun, nanoseconds since 1970-01-01 UTC; 0 if the header is damaged} */
    public long createdNanos() {
        return header.createdNanos;
    }

    /** {@return when it was sealed, nanoseconds since 1970-01-01 UTC; 0 if it is not} */
    public long sealedNanos() {
        return header.sealedNanos;
    }

    /** {@return the 16 bytes that name this recording} */
    public byte[] recordingId() {
        return header.id.clone();
    }

    /** {@return the 32 bytes that stand for the redaction policy it was recorded with} */
    public byte[] policyHash() {
        return header.policyHash.clone();
    }

    /** {@return the mapped file: offsets of requests and responses are offsets in it} */
    public MemorySegment segment() {
        return file;
    }

    /**
     * Looks up an interaction.
     *
     * @param key        holds the 32 bytes of the key.
     * @param keyOffset  of its first byte.
     * @param occurrence 0 for the first interaction with this key, by order of arrival.
     * @return its slot, {@link #NOT_FOUND}, {@link #DAMAGED} or {@link #LATER}.
     */
    public long find(final byte[] key, final int keyOffset, final int occurrence) {
        return index.find(
                (long) Le.ARRAY_LONG.get(key, keyOffset),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 8),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 16),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 24),
                occurrence);
    }

    /** {@return whether a slot's interaction has the key that {@code key} holds at {@code keyOffset}} */
    public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
        return index.hasKey(
                Index.at(slot),
                (long) Le.ARRAY_LONG.get(key, keyOffset),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 8),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 16),
                (long) Le.ARRAY_LONG.get(key, keyOffset + 24));
    }

    /**
     * Looks up several interactions, whose entries are fetched from memory at the same time and not one after the
     * other: 8 to 16 at once are several times as fast as one by one where the index is larger than the caches.
     *
     * @param keys        holds the keys, 32 bytes each, one after the other.
     * @param keysOffset  of the first byte of the first.
     * @param occurrences of each, as in {@link #find(byte[], int, int)}.
     * @param slots       is given what {@link #find(byte[], int, int)} gives for each.
     * @param count       how many.
     */
    public void find(
            final byte[] keys,
            final int keysOffset,
            final int[] occurrences,
            final long[] slots,
            final int count) {
        index.find(keys, keysOffset, occurrences, slots, count);
    }

    /**
     * Fetches what look-ups of several keys will need from memory at the same time: the entries, and the beginnings of
     * the replies that they lead to, if they are known to be sound and do not have to be read from the disk. Nothing is
     * looked up or checked by that; it only takes less time afterwards.
     *
     * @param keys  holds the keys, 32 bytes each, one after the other.
     * @param slots scratch for as many.
     * @return a number to be kept somewhere, so that no compiler leaves out what it comes from.
     */
    public long touch(final byte[] keys, final long[] slots, final int count) {
        final long touched = index.touch(keys, slots, count);
        for (int i = 0; i < count; i++) {
            final long slot = slots[i];
            if (frames.isKnownToBeSound(slot) && isResident(slot)) {
                touchFile(responseOffset(slot));
            }
        }
        return touched;
    }

    private void touchFile(final long offset) {
        try {
            GuardedCopy.touch(file, offset);
        } catch (final FileCutException e) {
            // Whoever looks it up will see.
        }
    }

    /**
     * Makes sure that an interaction's bytes are those that were recorded; the first time by their checksum, later from
     * memory.
     *
     * @return false if they are damaged, which is logged the first time.
     */
    public boolean verify(final long slot) {
        return frames.isSound(slot) || frames.check(slot);
    }

    /** Has somebody bring it into memory; before it is given to anybody. */
    void reside(final Residency by, final RecordingFile openFile) {
        residency = by;
        source = openFile;
        residentEnd = 0;
        index.blocks().repairBy(by, this);
        admittedBytes = by.admit(this);
    }

    /** {@return how many bytes at the file's beginning hold interactions} */
    long dataBytes() {
        return state == State.SEALED ? header.indexOffset : file.byteSize();
    }

    /**
     * Copies and checks part of the index.
     *
     * @return whether there is more behind it.
     */
    boolean loadIndex(final int firstBlock, final int blocks) {
        if (firstBlock == 0) {
            memory.askForHugePages();
        }
        index.blocks().load(firstBlock, Math.min(index.blocks().count(), firstBlock + blocks));
        return firstBlock + blocks < index.blocks().count();
    }

    /** Brings the next part of the file into memory, by a native call or by touching each page. */
    void populate(final long from, final long to, final boolean byTouch) {
        if (byTouch) {
            MappedPages.touch(file, from, to);
        } else {
            if (from == 0) {
                MappedPages.adviseHuge(file);
            }
            MappedPages.populate(file, from, to);
        }
        residentEnd = to;
    }

    /** {@return whether an interaction can be sent from the mapping without waiting for the disk} */
    public boolean isResident(final long slot) {
        return responseOffset(slot) + responseLength(slot) <= residentEnd;
    }

    /** {@return what reads an interaction that is not {@linkplain #isResident resident}} */
    public ColdReply coldReply(final long slot) {
        return new ColdFrame(this, frames, slot, source);
    }

    /** {@return where the response begins in {@link #segment}} */
    public long responseOffset(final long slot) {
        return requestOffset(slot) + requestLength(slot);
    }

    /** {@return the response's length in bytes: head and body} */
    public int responseLength(final long slot) {
        return index.memory().get(Le.INT, Index.at(slot) + IndexLayout.RESPONSE_LENGTH);
    }

    /** {@return where the request begins in {@link #segment}} */
    public long requestOffset(final long slot) {
        return frameOffset(slot) + FrameHeader.BYTES;
    }

    /** {@return the request's length in bytes: head and body} */
    public int requestLength(final long slot) {
        return index.memory().get(Le.INT, Index.at(slot) + IndexLayout.REQUEST_LENGTH);
    }

    /** {@return the response's status code} */
    public int status(final long slot) {
        return index.memory().get(Le.SHORT, Index.at(slot) + IndexLayout.STATUS) & 0xFFFF;
    }

    /** {@return the {@link FrameFlags}} */
    public int flags(final long slot) {
        return index.memory().get(Le.SHORT, Index.at(slot) + IndexLayout.FLAGS)
                & (FrameFlags.FRAME_MASK | FrameFlags.LAST);
    }

    /** {@return the interaction's place in the session's order of arrival} */
    public int sequence(final long slot) {
        return index.memory().get(Le.INT, Index.at(slot) + IndexLayout.SEQUENCE);
    }

    /** {@return how many interactions with the same key came before} */
    public int occurrence(final long slot) {
        return index.memory().get(Le.INT, Index.at(slot) + IndexLayout.OCCURRENCE);
    }

    /** Copies the 32 bytes of the key. */
    public void copyKey(final long slot, final byte[] target, final int offset) {
        MemorySegment.copy(index.memory(), Le.BYTE, Index.at(slot), target, offset, FrameHeader.KEY_BYTES);
    }

    /** {@return where the interaction's frame begins in {@link #segment}} */
    public long frameOffset(final long slot) {
        return index.memory().get(Le.LONG, Index.at(slot) + IndexLayout.OFFSET);
    }

    /** Copies the 32 bytes of the chain hash. */
    public void copyChain(final long slot, final byte[] target, final int offset) {
        copies.copy(frameOffset(slot) + FrameHeader.CHAIN, target, offset, FrameHeader.KEY_BYTES);
    }

    /** {@return when the request arrived, nanoseconds since 1970-01-01 UTC} */
    public long timeNanos(final long slot) {
        return copies.longAt(frameOffset(slot) + FrameHeader.TIME);
    }

    /** {@return how many chunks the chunk table has} */
    public int chunkCount(final long slot) {
        return copies.intAt(frameOffset(slot) + FrameHeader.CHUNK_COUNT);
    }

    /** {@return where a chunk begins, from the response's first byte} */
    public int chunkOffset(final long slot, final int chunk) {
        return copies.intAt(chunkAt(slot, chunk));
    }

    /** {@return a chunk's length in bytes} */
    public int chunkLength(final long slot, final int chunk) {
        return copies.intAt(chunkAt(slot, chunk) + 4);
    }

    /** {@return when a chunk came, nanoseconds since {@link #timeNanos}} */
    public long chunkNanos(final long slot, final int chunk) {
        return copies.longAt(chunkAt(slot, chunk) + 8);
    }

    private long chunkAt(final long slot, final int chunk) {
        return frameOffset(slot) + FrameHeader.chunkTableOffset(requestLength(slot), responseLength(slot))
                + (long) chunk * FrameHeader.CHUNK_BYTES;
    }

    /** {@return a copy of the request, head and body} */
    public byte[] request(final long slot) {
        return copies.copy(requestOffset(slot), requestLength(slot));
    }

    /**
     * Copies as much of the request as an array takes.
     *
     * @return the request's whole length.
     */
    public int request(final long slot, final byte[] target) {
        final int length = requestLength(slot);
        copies.copy(requestOffset(slot), target, 0, Math.min(length, target.length));
        return length;
    }

    /** {@return a copy of the response, head and body} */
    public byte[] response(final long slot) {
        return copies.copy(responseOffset(slot), responseLength(slot));
    }

    /**
     * Returns the slot of the interaction that is the {@code rank}th by sequence, from 0. The first call sorts; it is
     * for strict matching, show and export.
     *
     * @return {@link #DAMAGED} if the index is damaged so that there are fewer than {@link #count} interactions.
     */
    public long slotAt(final int rank) {
        return order.slotAt(rank);
    }

    /**
     * Returns the slot of the first interaction with the same key as that which is the {@code rank}th by sequence.
     *
     * @return {@link #DAMAGED}, or another number below 0, if the index is damaged there.
     */
    public long firstAt(final int rank) {
        return order.firstAt(rank);
    }

    /**
     * Has what {@link #slotAt} needs made by another thread, if that takes long and was not done yet.
     *
     * @return whether {@link #slotAt} answers at once; if not, {@link #whenReady} tells when it does.
     */
    public boolean prepareOrder() {
        return residency == null || order.prepare(residency, this);
    }

    /** {@return whether a part of the index is being made anew, so that look-ups may give {@link #LATER}} */
    public boolean isSettling() {
        return index.blocks().isSettling();
    }

    /** Waits until look-ups do not give {@link #LATER}, for what was damaged so far. */
    public void settle() {
        index.blocks().settle();
    }

    /**
     * Runs something when look-ups do not give {@link #LATER}, and an order that was {@linkplain #prepareOrder asked
     * for} is there; at once if that is so, or by another thread.
     */
    public void whenReady(final Runnable task) {
        final Errand repairing = index.blocks().repairing();
        if (repairing == null) {
            order.whenReady(task);
        } else {
            repairing.whenOver(() -> order.whenReady(task));
        }
    }

    @Override
    void free() {
        memory.close();
        if (residency != null) {
            residency.giveBack(admittedBytes);
            source.close();
        }
    }

    /** {@return a number that the recording has as long as its file stays as it is, and another file has not} */
    public long identity() {
        final long id = MemorySegment.ofArray(header.id).get(Le.LONG, 0);
        return ((id * 31 + header.indexCrc) * 31 + count) * 31 + file.byteSize();
    }
}
