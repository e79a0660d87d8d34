package io.ouli.proxy.transfer;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Explainer;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.Limits;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.RecordableCheck;
import io.ouli.engine.Recorder;
import io.ouli.engine.Session;
import io.ouli.engine.recording.Catalogue;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes interactions that came from elsewhere into recordings: redacted, keyed and sealed like any other, at the times
 * that they bring with them, so that the same input gives the same bytes.
 */
public final class Importer {
    private final Path directory;
    private final ExistingPolicy existing;
    private final EndpointPolicy policy;
    private final Explainer explainer;
    private final RecordableCheck recordable;
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);

    /**
     * Creates an importer into a folder.
     *
     * @param existing what happens to a session that has a recording.
     */
    public Importer(final Path directory, final ExistingPolicy existing, final EndpointPolicy policy) {
        this.directory = directory;
        this.existing = existing;
        this.policy = policy;
        explainer = new Explainer(policy);
        recordable = new RecordableCheck(policy);
    }

    /**
     * Makes sure that none of the sessions has a recording, if none may have one.
     *
     * @throws OuliException that names one.
     */
    void checkAbsent(final Collection<String> sessions) {
        if (existing != ExistingPolicy.FAIL) {
            return;
        }
        try (Catalogue catalogue = new Catalogue(directory)) {
            for (final String session : sessions) {
                if (Files.exists(catalogue.file(session))) {
                    throw new OuliException(catalogue.file(session) + " exists already; use --existing append or"
                            + " replace, or another --dir");
                }
            }
        }
    }

    /**
     * Makes sure that an interaction can be written.
     *
     * @throws OuliException if its request or its response is no HTTP/1.1 message, is beyond a limit, or cannot be
     *                       searched for what is to be redacted.
     */
    void check(final ForeignInteraction interaction) {
        explainer.canonicalForm(interaction.request(), 0, interaction.request().length);
        final byte[] bytes = interaction.responseHead();
        final ResponseParser parser = new ResponseParser();
        if (parser.parse(bytes, 0, bytes.length, head) != bytes.length) {
            throw new OuliException("its response is no HTTP/1.1 message"
                    + (parser.fault() == null ? "" : ": " + parser.fault().reason()));
        }
        if (interaction.responseBody().stream().mapToLong(part -> part.length).sum() > Limits.MAX_RESPONSE_BYTES) {
            throw new OuliException("its response is longer than " + Limits.MAX_RESPONSE_BYTES + " bytes");
        }
        recordable.request(interaction.request());
        recordable.response(bytes, interaction.wholeBody());
    }

    /**
     * Writes one session of interactions that were checked.
     *
     * @throws NotWrittenException if the recording cannot be written or sealed.
     */
    void write(final String name, final List<ForeignInteraction> interactions) {
        final AtomicLong clock = new AtomicLong(interactions.isEmpty() ? 0 : interactions.getFirst().epochNanos());
        final EngineConfig config = EngineConfig.builder(directory)
                .mode(Mode.RECORD)
                .existing(existing)
                .durability(Durability.NONE)
                .clock(() -> Instant.ofEpochSecond(0, clock.get()))
                .build();
        try (Engine engine = Engine.open(config)) {
            final Session session = engine.session(name);
            final Recorder recorder = engine.newRecorder(policy, () -> { });
            for (final ForeignInteraction interaction : interactions) {
                clock.set(interaction.epochNanos());
                record(recorder, session, interaction);
            }
        } catch (final OuliException e) {
            throw new NotWrittenException(name, e);
        }
    }

    private static void record(
            final Recorder recorder, final Session session, final ForeignInteraction interaction) {
        final Exchange exchange = recorder.beginImported(session, interaction.request(), interaction.mark());
        exchange.responseHead(interaction.responseHead(), 0, interaction.responseHead().length);
        interaction.responseBody().forEach(part -> exchange.responseChunk(part, 0));
        exchange.complete();
    }
}
