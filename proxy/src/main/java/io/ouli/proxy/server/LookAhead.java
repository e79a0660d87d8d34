package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;

/**
 * The keys of pipelined requests whose turn has not come yet: they are found out together, so that memory fetches at
 * once what the look-ups of all of them will need. docs/adr/018.
 *
 * <p>One for each worker. A key is a function of a request's bytes, so nothing is decided here that could have to be
 * undone: the requests are answered one by one, in order, and what is left is forgotten when anything else happens.
 * Only requests that nothing but their key tells how to answer are looked at; the first other one ends the look. Where
 * that is often in vain, it rests.
 */
final class LookAhead {
    /** Slots of the smallest index whose entries are worth fetching ahead, so that it is not in the caches: 2 MiB. */
    static final int LEAST_SLOTS = 1 << 15;
    /** How many requests are looked at together. */
    static final int MOST = Replayer.MAX_TOUCHED;
    /** After so many requests it is seen whether their keys were used. */
    static final int WINDOW = 1_024;
    /** The most of a window's requests that may have been looked at in vain: one in so many. */
    static final int MOST_IN_VAIN = 4;
    /** How many chances pass without a look when more were. */
    static final int REST = 16 * WINDOW;

    private final int leastSlots;
    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
    private final byte[] keys = new byte[MOST * Replayer.KEY_BYTES];
    private final int[] lengths = new int[MOST];
    private RequestReader reader;
    private int at;
    private int next;
    private int count;
    private int looked;
    private int used;
    private int resting;

    /** @param leastSlots {@link #LEAST_SLOTS}, except in tests. */
    LookAhead(final int leastSlots) {
        this.leastSlots = leastSlots;
    }

    /** {@return whether it knows the key of the request that a reader is about to look for} */
    boolean knows(final RequestReader of) {
        return next < count && reader == of && of.isBefore(at);
    }

    /**
     * Looks at the requests that wait in a reader, if that promises to be worth it.
     *
     * @param most how many can be answered in this turn.
     * @return whether it {@linkplain #knows} the first.
     */
    boolean look(final ServerWorker worker, final Route route, final RequestReader into, final int most) {
        forget();
        if (resting > 0) {
            resting--;
            return false;
        }
        if (looked >= WINDOW) {
            weigh();
        }
        final Replayer replayer = route.replayer();
        // Opens none: who sends these requests may name another session in each.
        final Session session = worker.liveSession(route.endpoint());
        if (session == null || replayer.slots(session) < leastSlots) {
            return false;
        }
        try {
            find(worker.control(), route, into, Math.min(most, MOST));
            if (count > 1) {
                replayer.touch(keys, count);
            }
        } catch (final OuliException e) {
            // Whatever it is, it is met again, and told, when the request's turn has come.
            count = 0;
            return false;
        }
        reader = into;
        at = into.start();
        return count > 0;
    }

    private void find(final Control control, final Route route, final RequestReader into, final int most) {
        final RequestMemo memo = route.memo();
        final byte[] bytes = into.bytes();
        final int limit = into.limit();
        int from = into.start();
        while (count < most && from < limit) {
            looked++;
            // The first one was looked for there before.
            final int recalled = count == 0 ? 0 : memo.find(bytes, from, limit);
            if (recalled > 0) {
                System.arraycopy(memo.keys(), memo.keyOffset(), keys, count * Replayer.KEY_BYTES, Replayer.KEY_BYTES);
                lengths[count++] = recalled;
                from += recalled;
                continue;
            }
            final int length = parser.parse(bytes, from, limit, head);
            if (length <= 0) {
                parser.reset();
                return;
            }
            control.read(head.headers());
            if (route.endpoint().isHealthCheck(head) || !control.keyTellsAll(head)) {
                return;
            }
            route.replayer().key(head, keys, count * Replayer.KEY_BYTES);
            lengths[count++] = length;
            from += length;
        }
    }

    private void weigh() {
        if (looked - used > looked / MOST_IN_VAIN) {
            resting = REST;
        }
        looked = 0;
        used = 0;
    }

    /** {@return the length in bytes of the request that it {@linkplain #knows}} */
    int length() {
        return lengths[next];
    }

    /** {@return the array that holds its key} */
    byte[] keys() {
        return keys;
    }

    /** {@return where in {@link #keys} its key begins} */
    int keyOffset() {
        return next * Replayer.KEY_BYTES;
    }

    /** The request was answered: on to the one behind it. */
    void used() {
        used++;
        at += lengths[next++];
    }

    /** {@return how many requests of this window were answered by what it knew} */
    int usedInWindow() {
        return used;
    }

    /** Forgets what was found. */
    void forget() {
        reader = null;
        count = 0;
        next = 0;
    }
}
