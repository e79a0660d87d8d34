package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A disk in memory that does the worst a disk may: what was not synced is lost or not, 512 bytes at a time and in any
 * order; names that were not synced are lost from some moment on; any operation can be the last, or fail.
 *
 * <p>Every operation that changes something has a number, from 0. One file system, no folders, for one thread.
 */
public final class SimulatedStorage implements Storage {
    private static final int SECTOR = 512;

    /** The power went off; nothing of the program may run any more. */
    public static final class PowerLoss extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** What happens at the operation that was chosen. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** The operation is done in part, of a write what {@link #tearAfter} says, then the power goes off. */
        POWER_LOSS,
        /** The operation fails with EIO; a failed sync forgets what it was to write. */
        EIO,
        /** The operation fails with ENOSPC, after half of its bytes. Only for writes; others are done. */
        ENOSPC
    }

    private static final class Inode {
        private byte[] live = {};
        private byte[] durable = {};
        private final Set<Integer> dirty = new HashSet<>();
        private boolean resized;
    }

    private final Map<Path, Inode> names = new HashMap<>();
    private final Map<Path, Inode> durableNames = new HashMap<>();
    private final List<Runnable> pendingNames = new ArrayList<>();
    private final Set<Path> locks = new HashSet<>();
    private int operations;
    private int faultAt = -1;
    private Fault fault = Fault.NONE;
    private int tornAfter;
    private int sectorsOfTorn;
    private long spaceBytes = Long.MAX_VALUE;
    private boolean off;

    /** Chooses an operation and what happens at it. */
    public void failAt(final int operation, final Fault what) {
        faultAt = operation;
        fault = what;
    }

    /** Chooses how many sectors of the chosen write reach the disk's cache before the power goes off; 0 at first. */
    public void tearAfter(final int sectors) {
        tornAfter = sectors;
    }

    /** Returns how many sectors the write has that the power went off in; 0 if it was no write. */
    public int sectorsOfTorn() {
        return sectorsOfTorn;
    }

    /** Lets every write fail that would make a file longer than this. */
    public void limitSpace(final long bytes) {
        spaceBytes = bytes;
    }

    /** Returns how many operations there were. */
    public int operations() {
        return operations;
    }

    /** Returns what is left on the disk after the power went off now; the same seed gives the same. */
    public SimulatedStorage afterPowerLoss(final long seed) {
        final Random random = new Random(seed);
        // Seed 0 loses all, seed 1 nothing: these are the likeliest in real life.
        final int chance = seed == 0 ? 0 : seed == 1 ? 100 : random.nextInt(100);
        final int kept = random.nextInt(pendingNames.size() + 1);
        pendingNames.subList(0, kept).forEach(Runnable::run);
        pendingNames.clear();
        final Map<Inode, Inode> copies = new HashMap<>();
        final SimulatedStorage left = new SimulatedStorage();
        durableNames.forEach((path, inode) -> {
            final Inode copy = copies.computeIfAbsent(inode, lost -> survivor(lost, random, chance));
            left.names.put(path, copy);
            left.durableNames.put(path, copy);
        });
        return left;
    }

    private static Inode survivor(final Inode inode, final Random random, final int chance) {
        final boolean resized = inode.resized && random.nextInt(100) < chance;
        final byte[] bytes = Arrays.copyOf(inode.durable, resized ? inode.live.length : inode.durable.length);
        for (int sector = 0; sector * SECTOR < bytes.length; sector++) {
            if (inode.dirty.contains(sector) && random.nextInt(100) < chance) {
                final int from = sector * SECTOR;
                final int to = Math.min(Math.min(from + SECTOR, bytes.length), inode.live.length);
                if (to > from) {
                    System.arraycopy(inode.live, from, bytes, from, to - from);
                }
            }
        }
        final Inode copy = new Inode();
        copy.live = bytes;
        copy.durable = bytes.clone();
        return copy;
    }

    /** Returns a file's bytes as a program sees them. */
    public byte[] bytes(final Path path) {
        return names.get(path).live.clone();
    }

    /** Puts a file there, durably. */
    public void put(final Path path, final byte[] bytes) {
        final Inode inode = new Inode();
        inode.live = bytes.clone();
        inode.durable = bytes.clone();
        names.put(path, inode);
        durableNames.put(path, inode);
    }

    /** Begins an operation. @return whether it is to be done in half only, before {@link #end}. */
    private Fault begin() {
        if (off) {
            throw new PowerLoss();
        }
        final Fault now = operations++ == faultAt ? fault : Fault.NONE;
        if (now == Fault.POWER_LOSS) {
            off = true;
        }
        return now;
    }

    private static void end(final Fault now) throws IOException {
        switch (now) {
            case POWER_LOSS -> throw new PowerLoss();
            case EIO -> throw new IOException("Input/output error");
            default -> { }
        }
    }

    private void name(final Runnable live, final Runnable durable) throws IOException {
        final Fault now = begin();
        if (now != Fault.EIO) {
            live.run();
            pendingNames.add(durable);
        }
        end(now);
    }

    @Override
    public StorageFile open(final Path path, final StorageMode mode) throws IOException {
        if (mode == StorageMode.CREATE) {
            if (names.containsKey(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            final Inode inode = new Inode();
            name(() -> names.put(path, inode), () -> durableNames.put(path, inode));
        }
        if (!names.containsKey(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return new SimulatedFile(names.get(path));
    }

    @Override
    public boolean exists(final Path path) {
        return names.containsKey(path);
    }

    @Override
    public void createFolders(final Path folder) {
        // There are none.
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        final Inode inode = names.get(from);
        if (inode == null) {
            throw new NoSuchFileException(from.toString());
        }
        name(() -> {
            names.remove(from);
            names.put(to, inode);
        }, () -> {
            durableNames.remove(from);
            durableNames.put(to, inode);
        });
    }

    @Override
    public void link(final Path existing, final Path name) throws IOException {
        final Inode inode = names.get(existing);
        name(() -> names.put(name, inode), () -> durableNames.put(name, inode));
    }

    @Override
    public void delete(final Path path) throws IOException {
        if (names.containsKey(path)) {
            name(() -> names.remove(path), () -> durableNames.remove(path));
        }
    }

    @Override
    public void syncFolder(final Path folder) throws IOException {
        final Fault now = begin();
        if (now == Fault.NONE || now == Fault.ENOSPC) {
            pendingNames.forEach(Runnable::run);
            pendingNames.clear();
        }
        end(now);
    }

    @Override
    public StorageLock lock(final Path path) throws IOException {
        if (!locks.add(path)) {
            throw new LockedException("this process");
        }
        return () -> locks.remove(path);
    }

    private final class SimulatedFile implements StorageFile {
        private final Inode inode;

        private SimulatedFile(final Inode inode) {
            this.inode = inode;
        }

        @Override
        public long size() {
            return inode.live.length;
        }

        @Override
        public long read(
                final long position, final MemorySegment target, final long targetOffset, final long length) {
            final int there = (int) Math.max(0, Math.min(length, inode.live.length - position));
            MemorySegment.copy(inode.live, (int) position, target, ValueLayout.JAVA_BYTE, targetOffset, there);
            return there;
        }

        @Override
        public void write(
                final long position, final MemorySegment source, final long sourceOffset, final long length)
                throws IOException {
            final Fault now = begin();
            final boolean full = now == Fault.ENOSPC || position + length > spaceBytes;
            final int half = Math.max(0, (int) (position + length / 2) / SECTOR * SECTOR - (int) position);
            final int done = now == Fault.POWER_LOSS ? torn(position, length)
                    : now == Fault.NONE && !full ? (int) length : now == Fault.EIO ? 0 : half;
            final int end = (int) position + done;
            if (end > inode.live.length) {
                inode.live = Arrays.copyOf(inode.live, end);
                inode.resized = true;
            }
            MemorySegment.copy(source, ValueLayout.JAVA_BYTE, sourceOffset, inode.live, (int) position, done);
            for (int sector = (int) position / SECTOR; done > 0 && sector <= (end - 1) / SECTOR; sector++) {
                inode.dirty.add(sector);
            }
            end(now);
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        /** A disk writes its sectors whole: where the first of them begins and the last one ends is the write's own. */
        private int torn(final long position, final long length) {
            final int first = (int) position / SECTOR;
            sectorsOfTorn = (int) ((position + length - 1) / SECTOR) - first + 1;
            return (int) Math.max(0, Math.min(length, (long) (first + tornAfter) * SECTOR - position));
        }

        @Override
        public void truncate(final long size) throws IOException {
            final Fault now = begin();
            if (now != Fault.EIO) {
                inode.live = Arrays.copyOf(inode.live, (int) size);
                inode.resized = true;
                // What comes after the cut is zeros, not what was there before.
                inode.dirty.add((int) size / SECTOR);
            }
            end(now);
        }

        @Override
        public void sync(final boolean metadata) throws IOException {
            final Fault now = begin();
            if (now == Fault.NONE || now == Fault.ENOSPC) {
                inode.durable = inode.live.clone();
            }
            if (now != Fault.POWER_LOSS) {
                inode.dirty.clear();
                inode.resized = false;
            }
            end(now);
        }

        @Override
        public MemorySegment map(final Arena arena, final long length) {
            final MemorySegment copy = arena.allocate(Math.max(1, length), 64).asSlice(0, length);
            MemorySegment.copy(inode.live, 0, copy, ValueLayout.JAVA_BYTE, 0, (int) length);
            return copy.asReadOnly();
        }

        @Override
        public boolean isNamed(final Path path) {
            return names.get(path) == inode;
        }

        @Override
        public void close() {
            // Nothing is kept.
        }
    }
}
