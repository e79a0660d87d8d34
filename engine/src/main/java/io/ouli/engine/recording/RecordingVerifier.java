package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingReport.Damage;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads every byte of a recording and says which are not as they were written. Changes nothing. */
public final class RecordingVerifier {
    private final Storage storage;
    private final RecordingLimits limits;

    /** Verifies the operating system's files, with the default limits. */
    public RecordingVerifier() {
        this(Storage.files(), RecordingLimits.DEFAULT);
    }

    /** Makes one for a disk; a file beyond the limits is unreadable to it. */
    public RecordingVerifier(final Storage storage, final RecordingLimits limits) {
        this.storage = storage;
        this.limits = limits;
    }

    /**
     * Verifies one recording. Never throws for what is wrong with the file: that is what the report is for.
     *
     * @param listener is told of each damage as it is found.
     */
    public RecordingReport verify(final Path path, final Consumer<Damage> listener) {
        try {
            return verifyReadable(path, listener);
        } catch (final RecordingException e) {
            return new RecordingReport(path, Verdict.UNREADABLE, false, 0, 0, 0, e.getMessage());
        }
    }

    /**
     * Does the same with what can be read at all.
     *
     * @throws RecordingException if nothing can.
     */
    RecordingReport verifyReadable(final Path path, final Consumer<Damage> listener) {
        try (StorageFile opened = storage.open(path, StorageMode.READ)) {
            final ReadableParts file = new ReadableParts(opened, FileHeader.BYTES);
            try (Contents contents = Contents.read(path, file, limits)) {
                return verify(path, file, contents, listener);
            }
        } catch (final IOException e) {
            throw RecordingErrors.of(e, path, RecordingException.NO_OFFSET, "reading it");
        }
    }

    private static RecordingReport verify(
            final Path path, final ReadableParts file, final Contents contents, final Consumer<Damage> listener)
            throws IOException {
        try (EntryLog found = EntryLog.confined();
                FrameScanner scanner = new FrameScanner(file, contents.size(), contents.header().tag())) {
            final Findings findings = new Findings(contents, found, file, listener);
            if (contents.problem() != null) {
                findings.report(new Damage(0, FileHeader.BYTES, -1, contents.problem()));
            }
            scanner.scan(FileHeader.BYTES, findings);
            if (contents.isSealed()) {
                compareIndex(file, contents, findings);
            }
            return new RecordingReport(
                    path,
                    findings.damages == 0 ? Verdict.SOUND : Verdict.DAMAGED,
                    contents.header().sealed,
                    findings.sound,
                    findings.damages,
                    findings.tailBytes,
                    "");
        }
    }

    /** The index follows from the frames, byte for byte: so it is built again, and compared. */
    private static void compareIndex(final StorageFile file, final Contents contents, final Findings findings)
            throws IOException {
        findings.log.cut(findings.sealedCount);
        findings.log.forgetDamage();
        final FileHeader header = contents.header();
        final long entries = IndexLayout.entriesOffset(header.indexOffset, header.capacity);
        try (Arena arena = Arena.ofConfined()) {
            final IndexBuilder expected = IndexBuilder.build(findings.log, arena);
            if (expected.capacity() != header.capacity) {
                findings.report(new Damage(header.indexOffset, header.sealedLength - header.indexOffset, -1,
                        "the index is for another number of interactions than there are"));
                return;
            }
            final MemorySegment block = arena.allocate(IndexLayout.BLOCK_BYTES, FrameHeader.ALIGNMENT);
            for (long at = 0; at < expected.table().byteSize(); at += IndexLayout.BLOCK_BYTES) {
                final long length = file.read(entries + at, block, 0, IndexLayout.BLOCK_BYTES);
                if (length != IndexLayout.BLOCK_BYTES
                        || block.mismatch(expected.table().asSlice(at, IndexLayout.BLOCK_BYTES)) >= 0) {
                    findings.report(new Damage(entries + at, IndexLayout.BLOCK_BYTES, -1,
                            "the index does not agree with the interactions"));
                }
            }
        } catch (final IndexBuilder.HostileKeysException e) {
            findings.report(new Damage(header.indexOffset, 0, -1, e.getMessage()));
        }
    }

    /** Gathers what the scan finds. */
    private static final class Findings implements FrameScanner.Visitor {
        private final Contents contents;
        private final EntryLog log;
        private final ReadableParts file;
        private final Consumer<Damage> listener;
        private long damages;
        private int sound;
        private final Chain chain = new Chain();
        private boolean chainLost;
        private int sealedCount;
        private long tailBytes;

        private Findings(
                final Contents contents,
                final EntryLog log,
                final ReadableParts file,
                final Consumer<Damage> listener) {
            this.contents = contents;
            this.log = log;
            this.file = file;
            this.listener = listener;
        }

        private void report(final Damage damage) {
            damages++;
            listener.accept(damage);
        }

        /** {@return why some bytes are not as they were: that the disk does not tell, or what was found} */
        private String reason(final long offset, final long length, final String found) {
            return file.isUnreadable(offset, length) ? MappedFault.UNREADABLE : found;
        }

        /**
         * {@return whether bytes lie in what a crash may have torn: behind all that is sound, and not sealed} What the
         * disk cannot read may have been whole.
         */
        private boolean isTail(final long offset, final long length) {
            return contents.problem() == null && offset >= contents.end() && !file.isUnreadable(offset, length);
        }

        @Override
        public void interaction(
                final MemorySegment header,
                final long at,
                final long offset,
                final long length,
                final boolean isSound) {
            log.add(header, at, offset, 0);
            if (!chain.follow(header, at) && !chainLost && !isTail(offset, length)) {
                report(new Damage(offset, length, header.get(Le.INT, at + FrameHeader.SEQUENCE),
                        "it does not follow on the interaction before it: one was taken out, put in or moved"));
            }
            chainLost = false;
            if (offset < contents.header().sealedLength) {
                sealedCount = log.count();
            }
            if (isSound) {
                sound++;
            } else if (isTail(offset, length)) {
                tailBytes += length;
            } else {
                report(new Damage(offset, length, header.get(Le.INT, at + FrameHeader.SEQUENCE),
                        reason(offset, length, "the interaction fails its checksum")));
            }
        }

        @Override
        public void index(final long offset, final long length, final boolean isSound) {
            if (isTail(offset, length)) {
                tailBytes += length;
            } else if (!isSound) {
                report(new Damage(offset, length, -1, reason(offset, length, offset == contents.header().indexOffset
                        ? "the index fails its checksum"
                        : "the index of an older seal, which nobody uses, fails its checksum")));
            }
        }

        @Override
        public void damage(final long offset, final long length, final String reason) {
            chainLost = true;
            if (isTail(offset, length)) {
                tailBytes += length;
            } else {
                report(new Damage(offset, length, -1, reason(offset, length, reason)));
            }
        }
    }
}
