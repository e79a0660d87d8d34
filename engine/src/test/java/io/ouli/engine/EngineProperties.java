package io.ouli.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeTry;

import static org.junit.jupiter.api.Assertions.assertEquals;

class EngineProperties {
    private static final EndpointPolicy POLICY = EndpointPolicy.defaults();

    private Path folder;
    private final List<Path> folders = new ArrayList<>();

    /** One exchange: few targets, so that keys repeat; any byte in the bodies. */
    record Interaction(int session, String target, byte[] requestBody, int status, byte[] responseBody) {
        String request() {
            return "POST /" + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + requestBody.length + "\r\n\r\n"
                    + EngineHarness.text(requestBody);
        }

        String response() {
            return "HTTP/1.1 " + status + " X\r\nContent-Length: " + responseBody.length + "\r\n\r\n"
                    + EngineHarness.text(responseBody);
        }
    }

    @BeforeTry
    void newFolder() throws IOException {
        folder = Files.createTempDirectory("ouli-properties");
        folders.add(folder);
    }

    @AfterProperty
    void deleteFolders() throws IOException {
        for (final Path each : folders) {
            try (var files = Files.walk(each)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Interaction>> interactions() {
        final Arbitrary<byte[]> bodies = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        return Combinators.combine(
                Arbitraries.integers().between(0, 2),
                Arbitraries.of("a", "b", "c/d", "e?f=1"),
                Arbitraries.oneOf(Arbitraries.just(new byte[0]), bodies),
                Arbitraries.of(200, 201, 404, 500),
                bodies).as(Interaction::new).list().ofMaxSize(40);
    }

    @Property(tries = 60)
    void everySessionReplaysItsInteractionsInTheirOrder(
            @ForAll("interactions") final List<Interaction> interactions) {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            for (final Interaction each : interactions) {
                EngineHarness.record(recorder, engine.session("s" + each.session), each.request(), each.response());
            }
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Map<String, String> last = new HashMap<>();
            for (final Interaction each : interactions) {
                assertEquals(each.response(),
                        EngineHarness.replay(replayer, engine.session("s" + each.session), each.request()));
                last.put(each.session + each.request(), each.response());
            }
            for (final Interaction each : interactions) {
                assertEquals(last.get(each.session + each.request()),
                        EngineHarness.replay(replayer, engine.session("s" + each.session), each.request()));
            }
        }
    }
}
