package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A folder of recordings, each opened when its session is first asked for and closed when it was idle for a while; a
 * folder of any size takes the memory of what is in use. Safe for use by several threads.
 *
 * <p>Who has asked keeps what it got, and retains it again for its next use; it asks again when that fails. So this is
 * not on the path of a request.
 */
public final class Catalogue implements AutoCloseable {
    /** How long a recording that nobody retains stays open: 300 s. */
    public static final long DEFAULT_IDLE_NANOS = TimeUnit.SECONDS.toNanos(300);
    /** How many recordings that nobody retains stay open at most. */
    public static final int DEFAULT_MAX_IDLE = 1_024;

    /** How many of these are closed at once when there are more: whoever opens the next one waits for it. */
    static final int MAX_CLOSED_AT_ONCE = 8;

    private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_MISSING = 4_096;

    private final Path folder;
    private final ReadOptions options;
    private final ReadOptions quickOptions;
    private final LongSupplier nanoTime;
    private final long idleNanos;
    private final int maxIdle;
    private final ClosedListener closedListener;
    /** What was asked for longest ago comes first. */
    private final Map<String, Entry> open = new LinkedHashMap<>(16, 0.75f, true);
    /** Sessions that had no recording when they were asked for, and until when that is believed. */
    private final Map<String, Long> missing = new HashMap<>();
    private boolean closed;

    /** Is told what was closed because nobody used it. Takes no lock: it is called with the catalogue's. */
    public interface ClosedListener {
        /** Forgets a recording, which can no longer be retained. */
        void onClosed(String session, Recording recording);
    }

    /** A recording that is open, and when it was last asked for. */
    private static final class Entry {
        private final Recording recording;
        private long usedNanos;

        private Entry(final Recording recording) {
            this.recording = recording;
        }
    }

    /** Opens a folder, which may be missing: then it has no recordings yet. */
    public Catalogue(final Path folder) {
        this(folder, ReadOptions.DEFAULT, System::nanoTime, DEFAULT_IDLE_NANOS, DEFAULT_MAX_IDLE,
                (session, recording) -> { });
    }

    /**
     * Opens a folder, which may be missing.
     *
     * @param nanoTime  a clock that never goes back.
     * @param idleNanos how long a recording that nobody retains stays open.
     * @param maxIdle   how many recordings that nobody retains stay open.
     * @param closedListener is told what was closed because nobody used it.
     */
    public Catalogue(
            final Path folder,
            final ReadOptions options,
            final LongSupplier nanoTime,
            final long idleNanos,
            final int maxIdle,
            final ClosedListener closedListener) {
        this.folder = folder;
        this.options = options;
        quickOptions = options.quickly();
        this.nanoTime = nanoTime;
        this.idleNanos = idleNanos;
        this.maxIdle = maxIdle;
        this.closedListener = closedListener;
    }

    /** {@return the folder} */
    public Path folder() {
        return folder;
    }

    /** {@return the file of a session's recording, whether it exists or not} */
    public Path file(final String session) {
        return SessionNames.file(folder, session);
    }

    /**
     * {@return a session's recording, retained once for the caller, or null if there is none}
     *
     * @throws RecordingException if there is one that cannot be read.
     */
    public Recording acquire(final String session) {
        return acquire(session, options);
    }

    /**
     * The same for who must not wait while much is read.
     *
     * @throws SlowRecordingException if that would be needed.
     */
    public Recording acquireQuickly(final String session) {
        return acquire(session, quickOptions);
    }

    private Recording acquire(final String session, final ReadOptions how) {
        final Recording known = acquireOpen(session);
        if (known != null || isKnownMissing(session)) {
            return known;
        }
        // Outside the lock: to open what was never sealed takes as long as to read it, and others must not wait.
        final Recording opened = tryOpen(session, how);
        return opened == null ? null : acquireOpened(session, opened);
    }

    private synchronized Recording acquireOpen(final String session) {
        if (closed) {
            throw new IllegalStateException("the catalogue is closed: " + folder);
        }
        final Entry entry = open.get(session);
        if (entry == null) {
            return null;
        }
        entry.usedNanos = nanoTime.getAsLong();
        entry.recording.retain();
        return entry.recording;
    }

    private synchronized boolean isKnownMissing(final String session) {
        final Long until = missing.get(session);
        return until != null && nanoTime.getAsLong() - until < 0;
    }

    private Recording tryOpen(final String session, final ReadOptions how) {
        try {
            return Recording.open(file(session), how);
        } catch (final RecordingException e) {
            if (e.reason() != Reason.MISSING) {
                throw e;
            }
            synchronized (this) {
                if (missing.size() >= MAX_MISSING) {
                    missing.clear();
                }
                missing.put(session, nanoTime.getAsLong() + MISSING_NANOS);
            }
            return null;
        }
    }

    /** Whoever opened it first is used by all; the other one is closed again. */
    private synchronized Recording acquireOpened(final String session, final Recording opened) {
        if (closed || open.containsKey(session)) {
            opened.close();
            return acquireOpen(session);
        }
        missing.remove(session);
        open.put(session, new Entry(opened));
        final Recording acquired = acquireOpen(session);
        if (open.size() > maxIdle) {
            closeIdle(nanoTime.getAsLong(), 0, MAX_CLOSED_AT_ONCE);
        }
        return acquired;
    }

    /** Forgets what is open of a session, which was sealed or replaced: the next one to ask gets what is there then. */
    public synchronized void invalidate(final String session) {
        missing.remove(session);
        final Entry entry = open.remove(session);
        if (entry != null) {
            entry.recording.close();
        }
    }

    /**
     * Closes what nobody retains and nobody asked for of late. To be called now and then.
     *
     * @return how many.
     */
    public synchronized int closeIdle() {
        final long now = nanoTime.getAsLong();
        missing.values().removeIf(until -> now - until >= 0);
        return closeIdle(now, idleNanos, Integer.MAX_VALUE);
    }

    private int closeIdle(final long now, final long olderThanNanos, final int most) {
        int count = 0;
        for (final Iterator<Map.Entry<String, Entry>> i = open.entrySet().iterator(); i.hasNext() && count < most;) {
            final Map.Entry<String, Entry> named = i.next();
            final Entry entry = named.getValue();
            if (entry.recording.takeUsed()) {
                entry.usedNanos = now;
                if (most < Integer.MAX_VALUE) {
                    continue; // Asked for long ago, but used since the last look: the next look decides.
                }
            }
            if (now - entry.usedNanos >= olderThanNanos && entry.recording.closeUnshared()) {
                i.remove();
                closedListener.onClosed(named.getKey(), entry.recording);
                count++;
            }
        }
        return count;
    }

    /** {@return how many recordings are open} */
    public synchronized int openCount() {
        return open.size();
    }

    /**
     * Hands over every recording of the folder, folder by folder in the order of the names in it, one by one: the
     * folder may be of any size, of which the names of one folder at a time are held, and files may come and go
     * meanwhile. Also those whose name no session can have, such as {@code default (1).ouli}: what is in them is in the
     * folder all the same.
     *
     * @throws RecordingException if the folder cannot be read.
     */
    public void forEachFile(final Consumer<Path> consumer) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            forEachFile(folder, consumer);
        } catch (final IOException e) {
            throw RecordingErrors.of(e, folder, RecordingException.NO_OFFSET, "listing the folder");
        }
    }

    private static void forEachFile(final Path inside, final Consumer<Path> consumer) throws IOException {
        for (final Path path : pathsIn(inside)) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                forEachFile(path, consumer);
            } else if (path.toString().endsWith(SessionNames.SUFFIX) && Files.isRegularFile(path)) {
                consumer.accept(path);
            }
        }
    }

    /** As they are, and not by their names: one that is no text in this locale would not be found again. */
    private static List<Path> pathsIn(final Path folder) throws IOException {
        final List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder)) {
            for (final Path each : listed) {
                paths.add(each);
            }
        } catch (final DirectoryIteratorException e) {
            throw e.getCause();
        } catch (final NoSuchFileException e) {
            // Gone since it was listed itself.
            return List.of();
        }
        paths.sort(Comparator.comparing(Path::toString));
        return paths;
    }

    /** Closes everything; what is retained stays mapped until it is released. */
    @Override
    public synchronized void close() {
        closed = true;
        open.values().forEach(entry -> entry.recording.close());
        open.clear();
        missing.clear();
    }
}
