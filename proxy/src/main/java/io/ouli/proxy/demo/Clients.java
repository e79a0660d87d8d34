package io.ouli.proxy.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs several connections at once, each on a thread of its own, and fails when one fails or hangs. */
final class Clients {
    private static final long HANG_SECONDS = 30;

    private Clients() {
    }

    /** What one connection does. */
    interface Task {
        void run(RawClient client, int number) throws IOException;
    }

    /**
     * Runs until every connection is done.
     *
     * @throws IOException the first failure of any of them, or that one hangs.
     */
    static void run(final InetSocketAddress address, final int connections, final Task task)
            throws IOException, InterruptedException {
        final AtomicReference<IOException> failure = new AtomicReference<>();
        final List<RawClient> clients = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                final RawClient client = new RawClient(address);
                final int number = i;
                clients.add(client);
                threads.add(Thread.ofPlatform().daemon().name("demo-client-" + i).start(() -> {
                    try {
                        task.run(client, number);
                    } catch (final IOException e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
            for (final Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
                if (thread.isAlive()) {
                    throw new IOException("a reply did not come within " + HANG_SECONDS + " s");
                }
            }
        } finally {
            for (final RawClient client : clients) {
                client.close();
            }
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
