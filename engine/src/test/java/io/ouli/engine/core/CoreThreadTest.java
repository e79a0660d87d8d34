package io.ouli.engine.core;

import io.ouli.engine.OuliException;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcScheduler;
import io.ouli.ffm.Native;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CoreThreadTest {
    /** Waits in its duty cycle until woken, as a transport does. */
    private static class WaitingAgent implements Agent {
        final Semaphore wakeups = new Semaphore(0);
        final AtomicInteger turns = new AtomicInteger();
        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public int doWork() throws InterruptedException {
            turns.incrementAndGet();
            wakeups.acquire();
            return 1;
        }

        @Override
        public void onClose() {
            closed.set(true);
        }

        @Override
        public String roleName() {
            return "waiting-agent";
        }
    }

    @Test
    void shouldEndAWaitWhenClosed() {
        final WaitingAgent agent = new WaitingAgent();
        final CoreThread core = CoreThread.start(agent, agent.wakeups::release, Cpus.ANY);
        assertEquals("waiting-agent", core.thread().getName());
        core.close();
        assertFalse(core.thread().isAlive());
        assertTrue(agent.closed.get());
    }

    @Test
    void shouldGoOnAfterAnExceptionOfOneTurn() throws InterruptedException {
        goesOnAfter(() -> {
            throw new IllegalStateException("one connection's fault");
        });
    }

    /** Such as the JDK throws where a class of its own finds no descriptor left. */
    @Test
    void shouldGoOnAfterAnErrorOfOneTurn() throws InterruptedException {
        goesOnAfter(() -> {
            throw new Error("too many open files");
        });
    }

    private static void goesOnAfter(final Runnable turn) throws InterruptedException {
        final CountDownLatch after = new CountDownLatch(3);
        final Agent agent = new WaitingAgent() {
            @Override
            public int doWork() {
                after.countDown();
                turn.run();
                return 1;
            }
        };
        try (CoreThread core = CoreThread.start(agent, () -> { }, Cpus.ANY)) {
            assertTrue(after.await(60, TimeUnit.SECONDS));
            assertTrue(core.errorCount() >= 2);
        }
    }

    @Test
    void shouldPinItsThreadToOneProcessor() throws InterruptedException {
        final int cpu = Cpus.allowed()[Cpus.allowed().length - 1];
        final BitSet seen = new BitSet();
        final CountDownLatch looked = new CountDownLatch(1);
        final Agent agent = new WaitingAgent() {
            @Override
            public void onStart() {
                if (Native.available()) {
                    LibcScheduler.getAffinity(new ErrnoCapture(), 0, seen);
                }
                looked.countDown();
            }

            @Override
            public int doWork() {
                Thread.onSpinWait();
                return 0;
            }
        };
        if (!Native.available()) {
            assertThrows(OuliException.class, () -> CoreThread.start(agent, () -> { }, cpu));
            return;
        }
        CoreThread.start(agent, () -> { }, cpu).close();
        assertTrue(looked.await(60, TimeUnit.SECONDS));
        assertEquals(1, seen.cardinality());
        assertTrue(seen.get(cpu));
    }

    @Test
    void shouldReportWhatOnStartThrew() {
        final WaitingAgent agent = new WaitingAgent() {
            @Override
            public void onStart() {
                throw new IllegalArgumentException("no such core");
            }
        };
        final var error = assertThrows(
                IllegalArgumentException.class, () -> CoreThread.start(agent, agent.wakeups::release, Cpus.ANY));
        assertEquals("no such core", error.getMessage());
        assertTrue(agent.closed.get());
    }
}
