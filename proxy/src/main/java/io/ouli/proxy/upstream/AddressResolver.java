package io.ouli.proxy.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Resolves names on a thread of its own: the resolver of the operating system may take seconds. */
public final class AddressResolver implements AutoCloseable {
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("ouli-resolver").factory());

    /** Makes one whose thread starts with the first name. */
    public AddressResolver() {
    }

    /**
     * Resolves.
     *
     * @param done gets the addresses, in the resolver's order, empty if there is none; on this resolver's thread.
     */
    void resolve(final String host, final int port, final Consumer<List<InetSocketAddress>> done) {
        executor.execute(() -> done.accept(lookUp(host, port)));
    }

    private static List<InetSocketAddress> lookUp(final String host, final int port) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> new InetSocketAddress(address, port)).toList();
        } catch (final UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
