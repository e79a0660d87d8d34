package io.ouli.proxy.cli;

import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import io.ouli.proxy.config.Choices;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Tells what a serving command does: lines for people, or one JSON object a line for programs. */
final class ServeReport {
    private final Console console;
    private final boolean json;

    ServeReport(final Console console, final boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Says that every port is open, and where. */
    void ready(final ProxyConfig config, final ProxyServer server) {
        final List<InetSocketAddress> addresses = server.addresses();
        console.note(server.transportDescription());
        // First, so that whoever reads up to the last endpoint has read everything.
        if (server.adminAddress() != null) {
            admin(server.adminAddress());
        }
        for (int i = 0; i < addresses.size(); i++) {
            final EndpointConfig endpoint = config.endpoints().get(i);
            final String url = url(addresses.get(i));
            final String mode = Choices.spell(endpoint.mode());
            if (json) {
                console.print(new JsonLine().add("event", "listening").add("endpoint", endpoint.name())
                        .add("url", url).add("port", addresses.get(i).getPort()).add("mode", mode)
                        .add("target", endpoint.target() == null ? null : endpoint.target().toString())
                        .add("dir", config.directory().toString()).end());
            } else {
                console.printLine("listening on " + url + " (" + mode
                        + (endpoint.target() == null ? " from " : " " + endpoint.target() + ", recordings in ")
                        + config.directory() + ")");
            }
        }
    }

    private void admin(final InetSocketAddress address) {
        if (json) {
            console.print(new JsonLine().add("event", "admin").add("url", url(address))
                    .add("port", address.getPort()).end());
        } else {
            console.print("admin on " + url(address));
        }
    }

    /** Says that everything is closed and sealed. */
    void closed() {
        if (json) {
            console.print(new JsonLine().add("event", "closed").addRaw("notRecorded", "[]").end());
        } else {
            console.note("closed");
        }
    }

    /** Tells programs that everything is closed, but not all is recorded; people read it in the log. */
    void closedWithout(final List<String> sessions) {
        if (json) {
            console.print(new JsonLine().add("event", "closed").addRaw("notRecorded", sessions.stream()
                    .map(JsonLine::quote).collect(Collectors.joining(",", "[", "]"))).end());
        }
    }

    private static String url(final InetSocketAddress address) {
        final String host = address.getAddress().getHostAddress();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
