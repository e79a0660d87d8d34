package io.ouli.proxy.transfer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Reads a HAR file entry by entry: only one of them is held as a tree. */
final class HarReader {
    /** Characters of one text: a body of the largest response in base64, or with each byte escaped. */
    private static final int MAX_TEXT_CHARS = Limits.MAX_RESPONSE_BYTES + Limits.MAX_RESPONSE_BYTES / 2;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_TEXT_CHARS).build())
            .build();

    private HarReader() {
    }

    /**
     * Hands over each entry in the file's order.
     *
     * @throws OuliException if the file is no HAR: it may have handed over entries before.
     */
    static void read(final Path file, final Consumer<Map<?, ?>> entries) throws IOException {
        try (JsonParser parser = FACTORY.createParser(file.toFile())) {
            if (!enter(parser, JsonToken.START_OBJECT, "log") || !enter(parser, JsonToken.START_OBJECT, "entries")
                    || parser.nextToken() != JsonToken.START_ARRAY) {
                throw new OuliException("it is no HAR: there is no array log.entries");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (!(JsonTree.read(parser) instanceof final Map<?, ?> entry)) {
                    throw new OuliException("it is no HAR: an entry is no object");
                }
                entries.accept(entry);
            }
        } catch (final JacksonException e) {
            throw new OuliException("it is no JSON: " + e.getOriginalMessage() + ", line "
                    + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()), e);
        }
    }

    /**
     * Goes into an object as far as a member's name.
     *
     * @return whether there is one.
     */
    private static boolean enter(final JsonParser parser, final JsonToken kind, final String name)
            throws IOException {
        if (parser.nextToken() != kind) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            if (parser.currentName().equals(name)) {
                return true;
            }
            parser.nextToken();
            parser.skipChildren();
        }
        return false;
    }
}
