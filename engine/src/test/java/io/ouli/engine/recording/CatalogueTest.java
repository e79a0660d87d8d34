package io.ouli.engine.recording;

import io.ouli.engine.OuliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CatalogueTest {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(300);

    @TempDir
    private Path folder;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final List<String> closed = new ArrayList<>();
    private long now = 1;

    @AfterEach
    void shouldLeakNoFrame() {
        assertEquals(0, pool.lent());
    }

    private Catalogue catalogue(final int maxIdle) {
        return new Catalogue(folder, ReadOptions.DEFAULT, () -> now, IDLE, maxIdle,
                (session, recording) -> closed.add(session));
    }

    private void record(final String session) {
        final RecordingOptions options = RecordingOptions.of(pool).withExisting(ExistingPolicy.APPEND);
        try (RecordingWriter writer = RecordingWriter.open(SessionNames.file(folder, session), options)) {
            Interactions.append(writer, builder, Interactions.of(writer.nextSequence(), "x", session));
            writer.seal();
        }
    }

    @Test
    void shouldShareARecordingAndCloseItWhenIdle() {
        record("a");
        try (Catalogue catalogue = catalogue(10)) {
            final Recording first = catalogue.acquire("a");
            assertSame(first, catalogue.acquire("a"));
            first.release();
            now += IDLE;
            assertEquals(0, catalogue.closeIdle(), "somebody retains it");
            first.release();
            assertEquals(1, catalogue.closeIdle());
            assertEquals(List.of("a"), closed);
            assertEquals(0, catalogue.openCount());
            assertFalse(first.tryRetain());
            final Recording second = catalogue.acquire("a");
            assertNotSame(first, second);
            second.release();
            now += IDLE - 1;
            assertEquals(0, catalogue.closeIdle(), "not idle for long enough");
            assertTrue(second.tryUse());
            second.release();
            now += 1;
            assertEquals(0, catalogue.closeIdle(), "it was used without being asked for");
            now += IDLE;
            assertEquals(1, catalogue.closeIdle());
            assertFalse(second.tryUse());
        }
    }

    @Test
    void shouldKeepWhatIsRetainedWhenItIsClosed() {
        record("a");
        final Recording kept;
        try (Catalogue catalogue = catalogue(10)) {
            kept = catalogue.acquire("a");
        }
        assertTrue(kept.verify(kept.slotAt(0)));
        kept.release();
        assertThrows(IllegalStateException.class, kept::retain);
    }

    @Test
    void shouldFindWhatAppearsLater() {
        try (Catalogue catalogue = catalogue(10)) {
            assertNull(catalogue.acquire("late"));
            record("late");
            assertNull(catalogue.acquire("late"), "a miss is believed for a second");
            catalogue.invalidate("late");
            final Recording found = catalogue.acquire("late");
            assertNotNull(found);
            found.release();
            assertNull(catalogue.acquire("other"));
            record("other");
            now += TimeUnit.SECONDS.toNanos(1);
            catalogue.acquire("other").release();
        }
    }

    @Test
    void shouldGiveTheNewSealAfterInvalidation() {
        record("a");
        try (Catalogue catalogue = catalogue(10)) {
            final Recording old = catalogue.acquire("a");
            record("a");
            catalogue.invalidate("a");
            final Recording fresh = catalogue.acquire("a");
            assertEquals(1, old.count());
            assertEquals(2, fresh.count());
            old.release();
            fresh.release();
        }
    }

    @Test
    void shouldOpenManySessionsInBoundedMemory() {
        final int sessions = 300;
        for (int i = 0; i < sessions; i++) {
            record("many/s" + i);
        }
        try (Catalogue catalogue = catalogue(16)) {
            for (int i = 0; i < sessions; i++) {
                final Recording recording = catalogue.acquire("many/s" + i);
                assertEquals(1, recording.count());
                recording.release();
                assertTrue(catalogue.openCount() <= 17);
            }
        }
    }

    /** To close all of a thousand at once would keep whoever opens the next one waiting. */
    @Test
    void shouldCloseAFewOfThoseThatWereAskedForLongestAgo() {
        final int maxIdle = 32;
        record("often");
        for (int i = 0; i < 3 * maxIdle; i++) {
            record("s" + i);
        }
        try (Catalogue catalogue = catalogue(maxIdle)) {
            final Recording often = catalogue.acquire("often");
            often.release();
            for (int i = 0; i < 3 * maxIdle; i++) {
                catalogue.acquire("s" + i).release();
                final Recording again = catalogue.acquire("often");
                assertSame(often, again, "what is asked for all the time stays open");
                again.release();
                assertTrue(catalogue.openCount() <= maxIdle);
                assertTrue(i < maxIdle || catalogue.openCount() > maxIdle - Catalogue.MAX_CLOSED_AT_ONCE,
                        () -> catalogue.openCount() + " are open");
            }
        }
    }

    @Test
    void shouldRefuseNamesThatLeaveTheFolder() {
        try (Catalogue catalogue = catalogue(10)) {
            assertThrows(OuliException.class, () -> catalogue.acquire("../a"));
            assertThrows(OuliException.class, () -> catalogue.file("/etc/passwd"));
        }
    }

    @Test
    void shouldNameEveryRecording() throws IOException {
        final TreeSet<String> expected = new TreeSet<>(
                List.of("a", "b/c", "b/d.e/f", "x".repeat(255), "y/" + "z".repeat(250)));
        expected.forEach(this::record);
        Files.writeString(folder.resolve("README.md"), "not a recording");
        Files.writeString(folder.resolve("default (1).ouli"), "no session has this name");
        Files.createDirectory(folder.resolve("folder.ouli"));
        try (Catalogue catalogue = catalogue(10)) {
            final List<String> found = new ArrayList<>();
            catalogue.forEachFile(file -> {
                final String session = SessionNames.session(folder, file);
                found.add(session == null ? folder.relativize(file).toString() : session);
            });
            assertTrue(found.remove("default (1).ouli"), found::toString);
            assertEquals(expected, new TreeSet<>(found));
            assertEquals(expected.size(), found.size());
            for (final String session : found) {
                catalogue.acquire(session).release();
            }
        }
        try (Catalogue none = new Catalogue(folder.resolve("missing"))) {
            none.forEachFile(file -> assertNull(file));
            assertNull(none.acquire("a"));
        }
    }

    @Test
    void shouldNameSessionsFolderByFolderInTheirOrder() {
        for (final String session : List.of("m/b", "z", "a", "m/a/c", "m/a/b", "k9", "k10", "B")) {
            record(session);
        }
        final List<String> found = new ArrayList<>();
        try (Catalogue catalogue = catalogue(10)) {
            catalogue.forEachFile(file -> found.add(SessionNames.session(folder, file)));
        }
        assertEquals(List.of("B", "a", "k10", "k9", "m/a/b", "m/a/c", "m/b", "z"), found);
    }

    /** As recovery does with the locks that a killed writer has left. */
    @Test
    void shouldNameEverySessionWhileFilesBesideThemGo() throws IOException {
        final TreeSet<String> expected = new TreeSet<>();
        final List<Path> locks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            final String session = "s" + i;
            record(session);
            expected.add(session);
            locks.add(Files.createFile(folder.resolve(session + ".ouli~lock")));
        }
        final TreeSet<String> found = new TreeSet<>();
        try (Catalogue catalogue = catalogue(10)) {
            catalogue.forEachFile(file -> {
                found.add(SessionNames.session(folder, file));
                locks.forEach(lock -> lock.toFile().delete());
            });
        }
        assertEquals(expected, found);
    }
}
