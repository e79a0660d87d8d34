package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Interactions for the tests. */
final class Interactions {
    /** One interaction as a test wants it. */
    record Interaction(
            int sequence, byte[] key, byte[] request, byte[] response, int status, int flags, long[] chunks) {
    }

    /** Held, because java.util.logging forgets loggers that nobody holds, and their levels with them. */
    private static final Logger LOG = Logger.getLogger("io.ouli.recording");

    private Interactions() {
    }

    /** Turns the log off, for tests that make a line for each of thousands of damaged files. */
    static void logNothing() {
        LOG.setLevel(Level.OFF);
    }

    /** Turns the log on again. */
    static void logAgain() {
        LOG.setLevel(null);
    }

    static Interaction of(final int sequence, final String name, final String response) {
        return new Interaction(
                sequence,
                key(name),
                bytes("GET /" + name + " HTTP/1.1\r\n\r\n"),
                bytes("HTTP/1.1 200 OK\r\ncontent-length: " + response.length() + "\r\n\r\n" + response),
                200,
                0,
                new long[0]);
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] key(final String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(name));
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Builds the frame: time is 1000 × sequence; chunks are triples. */
    static Frame build(final FrameBuilder builder, final Interaction interaction) {
        builder.begin(interaction.sequence(), 1_000L * interaction.sequence());
        builder.key(interaction.key(), 0);
        builder.request(interaction.request(), 0, interaction.request().length);
        final int half = interaction.response().length / 2;
        builder.response(interaction.response(), 0, half);
        builder.response(MemorySegment.ofArray(interaction.response()), half, interaction.response().length - half);
        for (int i = 0; i < interaction.chunks().length; i += 3) {
            builder.chunk(interaction.chunks()[i], interaction.chunks()[i + 1], interaction.chunks()[i + 2]);
        }
        builder.status(interaction.status());
        builder.flags(interaction.flags());
        return builder.finish();
    }

    static long append(final RecordingWriter writer, final FrameBuilder builder, final Interaction interaction) {
        final Frame frame = build(builder, interaction);
        try {
            return writer.append(frame);
        } finally {
            frame.release();
        }
    }

    static byte[] response(final Recording recording, final long slot) {
        return slice(recording, recording.responseOffset(slot), recording.responseLength(slot));
    }

    static byte[] request(final Recording recording, final long slot) {
        return slice(recording, recording.requestOffset(slot), recording.requestLength(slot));
    }

    private static byte[] slice(final Recording recording, final long offset, final long length) {
        return recording.segment().asSlice(offset, length).toArray(Le.BYTE);
    }
}
