package io.ouli.engine;

import io.ouli.engine.core.OpenFileLimit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The sessions whose recordings are open for writing, each of which holds three descriptors: parks those that were not
 * written to for long, and of too many those that were written to longest ago. The writer's thread's, but for
 * {@link #opened} and {@link #isCrowded}.
 */
final class OpenWriters {
    /** So many recordings stay open for writing, if the process may open that many files. */
    static final int MAX_OPEN = 1_024;
    /** How long one stays open that nothing is appended to. */
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(300);

    /** Of the descriptors that the process may have, a sixth: three a recording, and as many again may be opened. */
    private static final int DESCRIPTORS_PER_OPEN = 18;
    private static final int LEAST_OPEN = 8;
    /** When there are too many, so many more than necessary are parked at once: an eighth of those that may be open. */
    private static final int SHARE_PARKED = 8;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int mostOpen;
    private final long idleNanos;
    /** Opened by other threads, and not seen yet. */
    private final Queue<Session> opened = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    /** When each was used last; that used longest ago comes first. */
    private final Map<Session, Long> used = new LinkedHashMap<>(16, 0.75f, true);
    private long lookedNanos = System.nanoTime();

    OpenWriters() {
        this(mostOpen(OpenFileLimit.get()), IDLE_NANOS);
    }

    OpenWriters(final int mostOpen, final long idleNanos) {
        this.mostOpen = mostOpen;
        this.idleNanos = idleNanos;
    }

    static int mostOpen(final long descriptors) {
        return Math.clamp(descriptors / DESCRIPTORS_PER_OPEN, LEAST_OPEN, MAX_OPEN);
    }

    /** A session's recording was opened, and nothing appended yet; any thread. */
    void opened(final Session session) {
        count.incrementAndGet();
        opened.add(session);
    }

    /** {@return whether whoever opens another one had better wait until some were parked} Any thread. */
    boolean isCrowded() {
        return count.get() >= 2 * mostOpen;
    }

    /** {@return whether some have to be parked} */
    boolean isFull() {
        return count.get() > mostOpen;
    }

    /** A session's recording is used: it is open now, whatever it was before. */
    void use(final Session session, final long nowNanos) {
        takeOpened(nowNanos);
        if (used.put(session, nowNanos) == null) {
            count.incrementAndGet();
        }
    }

    private void takeOpened(final long nowNanos) {
        for (Session next = opened.poll(); next != null; next = opened.poll()) {
            if (used.put(next, nowNanos) != null) {
                count.decrementAndGet(); // It was used before this came to be seen.
            }
        }
    }

    /**
     * Parks those used longest ago of too many; not those that have something to be committed.
     *
     * @param failed is told whose disk failed at that.
     */
    void parkOldest(final long nowNanos, final BiConsumer<Session, RuntimeException> failed) {
        takeOpened(nowNanos);
        park(nowNanos, 0, count.get() - mostOpen + mostOpen / SHARE_PARKED, failed);
    }

    /** Parks those that nothing was appended to for long; looks once a second. */
    void parkIdle(final long nowNanos, final BiConsumer<Session, RuntimeException> failed) {
        if (nowNanos - lookedNanos >= Math.min(LOOK_NANOS, idleNanos)) {
            lookedNanos = nowNanos;
            takeOpened(nowNanos);
            park(nowNanos, idleNanos, Integer.MAX_VALUE, failed);
        }
    }

    private void park(
            final long nowNanos,
            final long olderThanNanos,
            final int most,
            final BiConsumer<Session, RuntimeException> failed) {
        int parked = 0;
        for (final Iterator<Map.Entry<Session, Long>> i = used.entrySet().iterator(); i.hasNext() && parked < most;) {
            final Map.Entry<Session, Long> next = i.next();
            if (nowNanos - next.getValue() < olderThanNanos) {
                break;
            }
            if (park(next.getKey(), failed)) {
                i.remove();
                count.decrementAndGet();
                parked++;
            }
        }
    }

    private static boolean park(final Session session, final BiConsumer<Session, RuntimeException> failed) {
        try {
            return session.writer().park();
        } catch (final RuntimeException e) {
            failed.accept(session, e);
            return true;
        }
    }
}
