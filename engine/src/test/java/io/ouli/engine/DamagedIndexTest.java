package io.ouli.engine;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Errand;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An index that is too large to be checked when it is opened, damaged where a later reply to a request lies. */
class DamagedIndexTest {
    private static final EndpointPolicy POLICY = EndpointPolicy.defaults();
    private static final int OTHERS = 8_200;

    @TempDir
    private Path folder;

    /** @param frameToo damages the header of the second reply's frame as well: nothing tells of it any more. */
    private void recordAndDamage(final boolean frameToo) throws IOException {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Session session = engine.session("default");
            record(recorder, session, get("/same"), ok("first"));
            record(recorder, session, get("/same"), ok("second"));
            record(recorder, session, get("/same"), ok("third"));
            for (int i = 0; i < OTHERS; i++) {
                record(recorder, session, get("/" + i), ok("other " + i));
            }
        }
        final Path file = folder.resolve("default.ouli");
        final long slot;
        try (Recording recording = Recording.open(file)) {
            slot = recording.slotAt(1);
        }
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        final long table = bytes.getLong(88) + 128 + 4L * bytes.getInt(104) / 64;
        final int entry = (int) ((table + 4_095) / 4_096 * 4_096 + slot * 64);
        assertEquals(1, bytes.getInt(entry + 56), "the entry's occurrence");
        bytes.put(entry + 9, (byte) ~bytes.get(entry + 9));
        if (frameToo) {
            final int sequence = (int) bytes.getLong(entry + 32) + 32;
            bytes.put(sequence, (byte) ~bytes.get(sequence));
        }
        Files.write(file, bytes.array());
    }

    @Test
    void shouldReplayWhatIsSoundThoughItsEntryIsNot() throws IOException {
        recordAndDamage(false);
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals(ok("first"), replay(replayer, session, get("/same")));
            assertEquals(ok("second"), replay(replayer, session, get("/same")));
            assertEquals(ok("third"), replay(replayer, session, get("/same")));
            assertEquals(ok("other 17"), replay(replayer, session, get("/17")));
        }
    }

    @Test
    void shouldSayThatTheReplyIsDamagedAndNotGiveTheOneBefore() throws IOException {
        recordAndDamage(true);
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals(ok("first"), replay(replayer, session, get("/same")));
            assertEquals("DAMAGED", replay(replayer, session, get("/same")));
            assertEquals(ok("third"), replay(replayer, session, get("/same")));
            assertEquals(ok("third"), replay(replayer, session, get("/same")));
            assertEquals(ok("other 17"), replay(replayer, session, get("/17")));
        }
    }

    /** Asks for what comes later until it is there. */
    private static String replayPatiently(final Replayer replayer, final Session session, final String request)
            throws InterruptedException {
        String reply = replay(replayer, session, request);
        while (reply.equals("LATER")) {
            final CountDownLatch ready = new CountDownLatch(1);
            replayer.whenReady(ready::countDown);
            assertTrue(ready.await(60, TimeUnit.SECONDS));
            reply = replay(replayer, session, request);
        }
        if (reply.equals("COLD")) {
            final ColdReply cold = replayer.coldReply();
            assertTrue(cold.checkMapped());
            return EngineHarness.text(cold.segment().asSlice(cold.replyOffset(), cold.replyLength())
                    .toArray(ValueLayout.JAVA_BYTE));
        }
        return reply;
    }

    @Test
    void shouldNotPassAReplyForWhoeverDoesNotWaitForTheRepair() throws Exception {
        recordAndDamage(false);
        final EngineConfig config = EngineConfig.builder(folder).exhausted(Exhausted.MISS).build();
        try (Engine engine = Engine.open(config)) {
            final Replayer replayer = engine.newDeferringReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals(ok("first"), replayPatiently(replayer, session, get("/same")));
            assertEquals(ok("second"), replayPatiently(replayer, session, get("/same")));
            assertEquals(ok("third"), replayPatiently(replayer, session, get("/same")));
            assertEquals("EXHAUSTED", replayPatiently(replayer, session, get("/same")));
            assertEquals("NO_KEY", replayPatiently(replayer, session, get("/none")));
            while (!replayer.explainsSoon()) {
                assertEquals("NO_KEY", replayPatiently(replayer, session, get("/none")));
            }
            assertTrue(replayer.missExplanation().text().contains("no-key"));
        }
    }

    /** Another session is replayed meanwhile. */
    @Test
    void shouldOpenWhatHasToBeReadWholeBesideOtherWork() throws Exception {
        recordAndDamage(false);
        final Path file = folder.resolve("default.ouli");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[30] ^= 1; // The header.
        Files.write(file, bytes);
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            record(engine.newRecorder(POLICY), engine.session("other"), get("/a"), ok("a"));
        }
        final CountDownLatch mayRead = new CountDownLatch(1);
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            engine.scan(new Errand(), () -> {
                try {
                    mayRead.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            final Replayer replayer = engine.newDeferringReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals("LATER", replay(replayer, session, get("/17")));
            assertEquals(ok("a"), replay(replayer, engine.session("other"), get("/a")));
            assertEquals("LATER", replay(replayer, session, get("/17")));
            mayRead.countDown();
            assertEquals(ok("other 17"), replayPatiently(replayer, session, get("/17")));
            assertEquals(ok("a"), replay(replayer, engine.session("other"), get("/a")));
        } finally {
            mayRead.countDown();
        }
    }

    @Test
    void shouldSayWhyALargeFileCannotBeOpened() throws Exception {
        Files.write(folder.resolve("default.ouli"), new byte[3 << 20]);
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newDeferringReplayer(POLICY);
            final Session session = engine.session("default");
            final OuliException failure = assertThrows(OuliException.class,
                    () -> replayPatiently(replayer, session, get("/17")));
            assertTrue(failure.getMessage().contains("not a recording"), failure.getMessage());
        }
    }

    /** The index is checked whole before an order is taken from it, and made anew from the frames if need be. */
    @Test
    void shouldKeepTheOrderOfAStrictSession() throws Exception {
        recordAndDamage(false);
        final EngineConfig config = EngineConfig.builder(folder).matchMode(MatchMode.STRICT).build();
        try (Engine engine = Engine.open(config)) {
            final Replayer replayer = engine.newDeferringReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals("LATER", replay(replayer, session, get("/same")));
            assertEquals(ok("first"), replayPatiently(replayer, session, get("/same")));
            assertEquals(ok("second"), replayPatiently(replayer, session, get("/same")));
            assertEquals("OUT_OF_ORDER", replayPatiently(replayer, session, get("/0")));
            assertEquals(ok("third"), replayPatiently(replayer, session, get("/same")));
            assertEquals(ok("other 0"), replayPatiently(replayer, session, get("/0")));
        }
    }
}
