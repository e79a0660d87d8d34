package io.ouli.engine;

import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.redaction.SecretScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The last look before a seal: no secret in any form may be in the file. One that is makes the file unreplayable, under
 * another name, for its owner to look at.
 */
final class SecretCheck {
    /** Put after the name of a recording that holds a secret. */
    static final String QUARANTINE_SUFFIX = ".quarantine";

    private SecretCheck() {
    }

    /**
     * Searches everything committed for the secrets of every policy that was recorded with.
     *
     * @throws OuliException if one is found: names interaction, field and rule, never the secret.
     */
    static void beforeSeal(final String session, final RecordingWriter writer, final List<EndpointPolicy> policies) {
        for (final EndpointPolicy policy : policies) {
            final SecretFinding finding;
            try {
                finding = find(writer.path(), policy.redaction());
            } catch (final OutOfMemoryError e) {
                throw HeapExhausted.error("session " + session
                        + " was not sealed: an interaction in it could not be searched for secrets");
            }
            if (finding != null) {
                throw quarantine(session, writer, finding);
            }
        }
    }

    /** Returns the first secret of a policy that a file holds, or null. */
    static SecretFinding find(final Path file, final RedactionPolicy policy) {
        if (policy.secretCount() == 0) {
            return null;
        }
        final SecretScanner scanner = policy.newScanner();
        try (Recording recording = Recording.openUnsealed(file)) {
            for (int rank = 0; rank < recording.count(); rank++) {
                final long slot = recording.slotAt(rank);
                if (slot < 0 || !recording.verify(slot)) {
                    continue;
                }
                final String name = interactionName(rank);
                final byte[] request = recording.request(slot);
                final SecretFinding inRequest = scanner.scanRequest(name, request, 0, request.length);
                if (inRequest != null) {
                    return inRequest;
                }
                final byte[] response = recording.response(slot);
                final SecretFinding inResponse = scanner.scanResponse(name, response, 0, response.length);
                if (inResponse != null) {
                    return inResponse;
                }
            }
        }
        return null;
    }

    /** Returns the {@code rank}th interaction's name in reports: as {@code ouli show --number} counts, from 1. */
    static String interactionName(final int rank) {
        return "interaction " + (rank + 1);
    }

    private static OuliException quarantine(
            final String session, final RecordingWriter writer, final SecretFinding finding) {
        final Path file = writer.path();
        final Path away = file.resolveSibling(file.getFileName() + QUARANTINE_SUFFIX);
        writer.close();
        String where;
        try {
            Files.move(file, away, StandardCopyOption.REPLACE_EXISTING);
            where = "it is kept as " + away;
        } catch (final IOException e) {
            where = "it could not be renamed to " + away.getFileName() + " (" + e.getMessage() + ")";
        }
        return new OuliException("session " + session + " was not sealed: a secret is left in it: " + finding + "; "
                + where + "; add a rule for it and record again, take it out with ouli redact, or delete the file");
    }
}
