package io.ouli.proxy.server;

import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimPeer;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A client that sends some requests as its random numbers say and knows every byte that it must get: the replies in
 * order, then the connection's end.
 */
final class SimulatedClient {
    /** What kind of client it is. */
    enum Manner {
        /** Pipelines everything, reads everything, closes. */
        PIPELINES,
        /** Sends the next request when the reply to the last has come. */
        WAITS,
        /** Pipelines, sends FIN at once, and still wants every reply. */
        HALF_CLOSES,
        /** Resets the connection at some time. */
        RESETS,
        /** Reads nothing for as long as the server bears it. */
        READS_NOTHING,
        /** Stops in the middle of a request. */
        STOPS
    }

    /**
     * One request and its reply.
     *
     * @param request what is sent.
     * @param reply   what must come.
     * @param closes  whether the server closes after it.
     */
    record Talk(byte[] request, byte[] reply, boolean closes) {
    }

    private static final int MOST_BYTES_A_STEP = 8 << 10;
    /** Longer than the server waits for a client that takes nothing; a step is a tick of 100 ms at most. */
    private static final int STEPS_WITHOUT_READING = 300;

    private final SimPeer peer;
    private final SplittableRandom random;
    private final Manner manner;
    private final byte[] toSend;
    private final byte[] expected;
    /** Where each request begins to be sent only when this much was received; for {@link Manner#WAITS}. */
    private final int[] requestEnds;
    private final int[] replyEnds;
    private final byte[] refusal;
    private final boolean serverCloses;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[MOST_BYTES_A_STEP];
    private int sent;
    private boolean finSent;
    private boolean over;
    private boolean ended;
    private boolean lost;
    private int stepsToReset;
    private int stepsWithoutReading;
    private boolean refused;

    SimulatedClient(final SimNetwork network, final InetSocketAddress address, final SplittableRandom random,
            final Manner manner, final Talk[] talks, final byte[] timeout, final byte[] refusal) {
        this.random = random;
        this.manner = manner;
        this.refusal = refusal;
        peer = network.connect(address);
        final ByteArrayOutputStream requests = new ByteArrayOutputStream();
        final ByteArrayOutputStream replies = new ByteArrayOutputStream();
        requestEnds = new int[talks.length];
        replyEnds = new int[talks.length];
        boolean closes = false;
        for (int i = 0; i < talks.length; i++) {
            requests.writeBytes(talks[i].request());
            requestEnds[i] = requests.size();
            if (!closes) {
                final boolean stopsHere = manner == Manner.STOPS && i == talks.length - 1;
                replies.writeBytes(stopsHere ? timeout : talks[i].reply());
                closes = talks[i].closes() || stopsHere;
            }
            replyEnds[i] = replies.size();
        }
        serverCloses = closes;
        expected = replies.toByteArray();
        final byte[] all = requests.toByteArray();
        // At least one byte of the last request is missing, and at least one is there.
        final int lastLength = talks[talks.length - 1].request().length;
        toSend = manner == Manner.STOPS ? Arrays.copyOf(all, all.length - 1 - random.nextInt(lastLength - 1)) : all;
        stepsToReset = random.nextInt(200);
    }

    /** Returns whether nothing more will happen. */
    boolean over() {
        return over;
    }

    /** Sends and reads a little. */
    void step() {
        if (over) {
            return;
        }
        if (manner == Manner.RESETS && stepsToReset-- == 0) {
            peer.reset();
            over = true;
            return;
        }
        send();
        if (manner != Manner.READS_NOTHING || ++stepsWithoutReading > STEPS_WITHOUT_READING) {
            read();
        }
        over |= lost || ended || received.size() == expected.length && !serverCloses && manner != Manner.HALF_CLOSES;
        if (over) {
            peer.close();
        }
    }

    private void send() {
        final int allowed = manner == Manner.WAITS ? allowedToSend() : toSend.length;
        if (sent < allowed) {
            final int taken = peer.write(toSend, sent, 1 + random.nextInt(allowed - sent));
            if (taken == SimPeer.RESET) {
                // What came before the reset may still be read.
                sent = toSend.length;
                refused = true;
            } else {
                sent += taken;
            }
        }
        if (sent == toSend.length && manner == Manner.HALF_CLOSES && !finSent && !refused) {
            finSent = true;
            peer.shutdownOutput();
        }
    }

    private int allowedToSend() {
        for (int i = 0; i < requestEnds.length; i++) {
            if (received.size() < replyEnds[i]) {
                return requestEnds[i];
            }
        }
        return toSend.length;
    }

    private void read() {
        final int length = peer.read(buffer, 0, 1 + random.nextInt(MOST_BYTES_A_STEP));
        if (length > 0) {
            received.write(buffer, 0, length);
        } else {
            ended |= length == SimPeer.END;
            lost |= length == SimPeer.RESET;
        }
    }

    /**
     * Proves that what came is what had to come.
     *
     * @param mayLose whether the network may have failed: then it is the beginning of it.
     */
    void check(final boolean mayLose) {
        final byte[] got = received.toByteArray();
        if (isPrefix(got, refusal) && got.length > 0 && !isPrefix(got, expected)) {
            return;
        }
        assertTrue(isPrefix(got, expected), () -> manner + ": wrong from byte " + Arrays.mismatch(got, expected)
                + " of " + got.length + ", expected " + expected.length + ": " + new String(got,
                StandardCharsets.ISO_8859_1));
        final boolean whole = got.length == expected.length && (!serverCloses || ended);
        final boolean mayBeCut = mayLose || manner == Manner.RESETS || manner == Manner.READS_NOTHING;
        assertTrue(whole || mayBeCut, () -> manner + ": only " + got.length + " of " + expected.length
                + " bytes came" + (lost ? ", then a reset" : "") + (ended ? ", then the end" : ""));
    }

    private static boolean isPrefix(final byte[] part, final byte[] whole) {
        return part.length <= whole.length && Arrays.equals(part, 0, part.length, whole, 0, part.length);
    }
}
