package io.ouli.engine;

import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingReplacement;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionListener;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.testserver.TestServerMark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Applies a policy to recordings that exist: redacts every interaction, makes its key anew, seals. For one thread.
 *
 * <p>A recording is replaced whole or not at all, and only after the final search for secrets found none.
 */
public final class RecordingRedaction implements AutoCloseable {
    private final EndpointPolicy policy;
    private final boolean rekey;
    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final MessageRedactor redactor;
    private final ResponseRedaction responses;
    private final Fingerprinter fingerprinter;
    private final RequestMessage message = new RequestMessage();
    private final byte[] key = new byte[Fingerprinter.KEY_BYTES];
    private final byte[] storedKey = new byte[Fingerprinter.KEY_BYTES];
    private final Map<String, Integer> rules = new TreeMap<>();
    private final Map<String, Integer> stale = new TreeMap<>();

    /**
     * What was done, or would be, to one recording.
     *
     * @param target       the recording's name afterwards: a quarantined one gets its own back.
     * @param interactions how many it has.
     * @param changed      how many of them were changed.
     * @param rewritten    whether the file was written anew: also to be sealed, or under another policy's hash.
     * @param rules        how often each rule took something out, see {@link RedactionListener#applied}.
     * @param stale        how often a field was left that describes a body as it came.
     */
    public record Result(
            Path target,
            int interactions,
            int changed,
            boolean rewritten,
            Map<String, Integer> rules,
            Map<String, Integer> stale) {
    }

    /** A secret would be left in a recording, which therefore stays as it was. */
    public static final class SecretLeftException extends OuliException {
        private static final long serialVersionUID = 1;

        private SecretLeftException(final Path file, final SecretFinding left) {
            super(file + " was not redacted: a secret would be left in it: " + left
                    + "; add a rule for the field, or delete the file");
        }
    }

    /**
     * Makes what applies one policy.
     *
     * @param rekey whether recordings are accepted whose keys other fingerprint rules made; they get new ones.
     */
    public RecordingRedaction(final EndpointPolicy policy, final boolean rekey) {
        this.policy = policy;
        this.rekey = rekey;
        redactor = policy.redaction().newRedactor(new RedactionListener() {
            @Override
            public void applied(final String rule) {
                rules.merge(rule, 1, Integer::sum);
            }

            @Override
            public void leftStale(final String field) {
                stale.merge(field, 1, Integer::sum);
            }
        });
        responses = new ResponseRedaction(redactor);
        fingerprinter = new Fingerprinter(policy.fingerprint());
    }

    /**
     * Redacts one recording in its place.
     *
     * @throws OuliException if it is damaged, being written, was recorded under other fingerprint rules, or would still
     *                       hold a secret afterwards; it is as it was.
     */
    public Result redact(final Path file) {
        final RecordingOptions options = RecordingOptions.of(pool).withPolicyHash(policy.hash());
        try (RecordingReplacement replacement = RecordingReplacement.begin(file, target(file), options)) {
            final Recording source = replacement.source();
            final Result result = new Pass(source, replacement).run();
            if (result.rewritten()) {
                final SecretFinding left = SecretCheck.find(replacement.seal(), policy.redaction());
                if (left != null) {
                    throw new SecretLeftException(file, left);
                }
                replacement.commit();
            }
            return result;
        }
    }

    /** Says what {@link #redact} would do, and changes nothing. */
    public Result dryRun(final Path file) {
        RecordingReplacement.requireSound(file, RecordingOptions.of(pool));
        try (Recording source = Recording.openUnsealed(file)) {
            return new Pass(source, null).run();
        }
    }

    private static Path target(final Path file) {
        final String name = file.getFileName().toString();
        return name.endsWith(SecretCheck.QUARANTINE_SUFFIX)
                ? file.resolveSibling(name.substring(0, name.length() - SecretCheck.QUARANTINE_SUFFIX.length()))
                : file;
    }

    /** One walk over one recording, in the order of its file. */
    private final class Pass {
        private final Recording source;
        private final RecordingReplacement into;
        private final StoredResponseReader reader = new StoredResponseReader();
        private int changedInteractions;

        /** @param into takes the interactions; null to count only. */
        private Pass(final Recording source, final RecordingReplacement into) {
            this.source = source;
            this.into = into;
            rules.clear();
            stale.clear();
        }

        private Result run() {
            for (final RecordingReplacement.Place place : RecordingReplacement.placesInFileOrder(source)) {
                try {
                    interaction(place.slot());
                } catch (final OuliException e) {
                    builder.abort();
                    throw new OuliException(source.path() + ": " + SecretCheck.interactionName(place.rank()) + ": "
                            + e.getMessage(), e);
                }
            }
            final boolean rewritten = changedInteractions > 0
                    || source.state() != Recording.State.SEALED
                    || !Arrays.equals(source.policyHash(), policy.hash())
                    || !target(source.path()).equals(source.path());
            return new Result(target(source.path()), source.count(), changedInteractions, rewritten,
                    new TreeMap<>(rules), new TreeMap<>(stale));
        }

        private void interaction(final long slot) {
            builder.begin(source.sequence(slot), source.timeNanos(slot));
            boolean changed = request(slot);
            changed |= response(slot);
            builder.status(source.status(slot));
            changedInteractions += changed ? 1 : 0;
            final Frame frame = builder.finish();
            try {
                if (into != null) {
                    into.append(frame);
                }
            } finally {
                frame.release();
            }
        }

        private boolean request(final long slot) {
            final byte[] bytes = source.request(slot);
            message.read(bytes, 0, bytes.length);
            RequestHead head = message.head();
            final TestServerMark mark = TestServerMark.of(head.headers());
            source.copyKey(slot, storedKey, 0);
            fingerprinter.fingerprint(head, message.body(), message.bodyOffset(), message.bodyLength(), key);
            final boolean otherRules = !Arrays.equals(key, storedKey);
            if (otherRules && !rekey) {
                throw new OuliException("its key was made by other fingerprint rules than these; give --config with the"
                        + " rules that it was recorded with, or --rekey to make all keys anew");
            }
            final boolean changed =
                    redactor.redactRequest(head, message.body(), message.bodyOffset(), message.bodyLength());
            if (changed) {
                head = redactor.head();
                fingerprinter.fingerprint(
                        head, redactor.body(), redactor.bodyOffset(), redactor.bodyLength(), key);
                StoredRequest.write(builder, head, redactor.body(), redactor.bodyOffset(), redactor.bodyLength(), mark);
            } else {
                builder.request(bytes, 0, bytes.length);
            }
            builder.key(key, 0);
            return changed || otherRules;
        }

        private boolean response(final long slot) {
            final byte[] bytes = source.response(slot);
            reader.read(source, slot, bytes);
            if (responses.redact(reader.head(), reader.body(), reader.trailers(), reader.trailersLength())) {
                builder.flags(responses.write(builder, reader.answersHead()) | reader.lastingFlags());
                return true;
            }
            builder.response(bytes, 0, bytes.length);
            for (int i = 0; i < source.chunkCount(slot); i++) {
                builder.chunk(source.chunkOffset(slot, i), source.chunkLength(slot, i), source.chunkNanos(slot, i));
            }
            builder.flags(reader.flags());
            return false;
        }
    }

    /** Lets go of the memory; the policy stays the caller's. */
    @Override
    public void close() {
        pool.close();
    }
}
