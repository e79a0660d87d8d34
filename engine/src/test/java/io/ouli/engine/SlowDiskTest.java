package io.ouli.engine;

import io.ouli.engine.recording.Recording;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A disk that takes what is recorded more slowly than it comes. */
@Timeout(120)
class SlowDiskTest {
    /** With a head and a header, it fills most of a frame's 4 MiB. */
    private static final int REPLY_BYTES = (4 << 20) - (1 << 10);
    private static final int FRAME_BYTES = 4 << 20;
    private static final int REPLIES = (int) (Limits.MAX_UNWRITTEN_BYTES / FRAME_BYTES) * 2;

    private final CountDownLatch writerStopped = new CountDownLatch(1);
    private final CountDownLatch writerGoesOn = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private void stopWriter() {
        writerStopped.countDown();
        try {
            assertTrue(writerGoesOn.await(60, TimeUnit.SECONDS));
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldMakeWhoRecordsWaitAndLoseNothing() throws Exception {
        final EngineConfig config = EngineConfig.builder(folder).mode(Mode.RECORD).build();
        try (Engine engine = Engine.open(config)) {
            final Session session = engine.session("default");
            record(engine.newRecorder(EndpointPolicy.defaults(), this::stopWriter), session, get("/0"), ok("first"));
            assertTrue(writerStopped.await(60, TimeUnit.SECONDS));
            final CompletableFuture<Void> handedOver = new CompletableFuture<>();
            final Thread client = Thread.ofPlatform().start(() -> {
                try {
                    final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
                    for (int i = 1; i <= REPLIES; i++) {
                        record(recorder, session, get("/" + i), ok("x".repeat(REPLY_BYTES)));
                    }
                    handedOver.complete(null);
                } catch (final RuntimeException | Error e) {
                    handedOver.completeExceptionally(e);
                }
            });
            while (!handedOver.isDone() && (client.getState() != Thread.State.TIMED_WAITING
                    || engine.framePool().ownedBytes() <= Limits.MAX_UNWRITTEN_BYTES)) {
                Thread.sleep(1);
            }
            assertFalse(handedOver.isDone(), "everything was kept in memory");
            assertTrue(engine.framePool().ownedBytes() <= Limits.MAX_UNWRITTEN_BYTES + 2 * FRAME_BYTES,
                    () -> engine.framePool().ownedBytes() + " bytes");
            writerGoesOn.countDown();
            handedOver.get(60, TimeUnit.SECONDS);
        } finally {
            writerGoesOn.countDown();
        }
        try (Recording sealed = Recording.open(folder.resolve("default.ouli"))) {
            assertEquals(1 + REPLIES, sealed.count());
            for (int i = 0; i <= REPLIES; i++) {
                assertTrue(text(sealed.request(sealed.slotAt(i))).startsWith("GET /" + i + " "));
            }
        }
    }
}
