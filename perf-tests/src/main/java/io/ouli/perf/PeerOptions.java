package io.ouli.perf;

import io.ouli.perf.result.WrongInputException;
import io.ouli.perf.server.HoverflyServer;
import io.ouli.perf.server.MockServer;
import io.ouli.perf.server.NginxServer;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.ServerKind;
import io.ouli.perf.server.WireMockServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which servers are started, and on which cores. */
final class PeerOptions {
    @Option(names = "--peers", split = ",", paramLabel = "NAME",
            description = "these only: ouli-uring, ouli-nio, ouli-busy, nginx, nginx-map, wiremock,"
                    + " wiremock-journal, mockserver, mockserver-journal, hoverfly, hoverfly-journal")
    private List<String> names;

    @Option(names = "--peers-dir", defaultValue = "perf-tests/target/peers", paramLabel = "DIR",
            description = "where fetched jars lie (${DEFAULT-VALUE})")
    private Path folder;

    @Option(names = "--no-pinning", description = "leave cores to the scheduler")
    private boolean unpinned;

    /** {@return the servers that were asked for, in a fixed order} */
    List<ServerKind> kinds() {
        final List<ServerKind> all = List.of(
                new OuliServer("ouli-uring", "io_uring", 1),
                new OuliServer("ouli-nio", "nio", 1),
                new OuliServer("ouli-busy", "io_uring", 1).with("ouli-busy", "--busy-poll"),
                new NginxServer("nginx", false),
                new NginxServer("nginx-map", true),
                new WireMockServer("wiremock", false, folder),
                new WireMockServer("wiremock-journal", true, folder),
                new MockServer("mockserver", false, folder),
                new MockServer("mockserver-journal", true, folder),
                new HoverflyServer("hoverfly", false, folder),
                new HoverflyServer("hoverfly-journal", true, folder));
        if (names == null) {
            // A server that never sleeps shows its latency; its CPU per request means nothing.
            return all.stream().filter(kind -> !kind.name().equals("ouli-busy")).toList();
        }
        final List<ServerKind> chosen = new ArrayList<>(all);
        chosen.removeIf(kind -> !names.contains(kind.name()));
        names.stream().filter(name -> all.stream().noneMatch(kind -> kind.name().equals(name))).findFirst()
                .ifPresent(name -> {
                    throw new WrongInputException("there is no peer '" + name + "'; choose of "
                            + all.stream().map(ServerKind::name).toList());
                });
        return chosen;
    }

    /** Pins this process, and returns what pins the servers. */
    Pinning pin() {
        final Pinning pinning = unpinned ? Pinning.NONE : Pinning.choose();
        return pinning.pinClient() ? pinning : Pinning.NONE;
    }
}
