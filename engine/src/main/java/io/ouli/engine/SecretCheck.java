package io.ouli.engine;

import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.redaction.RedactionException;
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
            } catch (final RedactionException e) {
                throw quarantine(session, writer, "it cannot be searched for secrets: " + e.getMessage() + "; ",
                        "; record again without that, or delete the file");
            } catch (final OutOfMemoryError e) {
                throw HeapExhausted.error("session " + session
                        + " was not sealed: an interaction in it could not be searched for secrets");
            }
            if (finding != null) {
                throw quarantine(session, writer, "a secret is left in it: " + finding + "; ",
                        "; add a rule for it and record again, take it out with ouli redact, or delete the file");
            }
        }
    }

    /**
     * {@return the first secret of a policy that a file holds, or null}
     *
     * @throws RedactionException if a body inflates to more than can be searched; names the interaction.
     */
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
                final SecretFinding finding = find(scanner, recording, slot, interactionName(rank));
                if (finding != null) {
                    return finding;
                }
            }
        }
        return null;
    }

    private static SecretFinding find(
            final SecretScanner scanner, final Recording recording, final long slot, final String name) {
        try {
            final byte[] request = recording.request(slot);
            final SecretFinding inRequest = scanner.scanRequest(name, request, 0, request.length);
            if (inRequest != null) {
                return inRequest;
            }
            final byte[] response = recording.response(slot);
            return scanner.scanResponse(name, response, 0, response.length);
        } catch (final RedactionException e) {
            throw new RedactionException(name + ": " + e.getMessage(), e);
        }
    }

    /** {@return the {@code rank}th interaction's name in reports: as {@code ouli show --number} counts, from 1} */
    static String interactionName(final int rank) {
        return "interaction " + (rank + 1);
    }

    private static OuliException quarantine(
            final String session, final RecordingWriter writer, final String reason, final String remedy) {
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
        return new OuliException("session " + session + " was not sealed: " + reason + where + remedy);
    }
}
