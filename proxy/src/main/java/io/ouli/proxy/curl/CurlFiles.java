package io.ouli.proxy.curl;

import io.ouli.engine.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Values of curl's flags that may stand in a file: {@code @name}, or {@code @-} for standard input. */
final class CurlFiles {
    private final InputStream stdin;

    CurlFiles(final InputStream stdin) {
        this.stdin = stdin;
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a value, or the file that it names, as it is} */
    byte[] data(final String value) {
        return value.startsWith("@") ? read(value.substring(1)) : bytes(value);
    }

    /** {@return a value, or the file that it names without its line ends and zero bytes, as {@code -d} does} */
    byte[] dataLines(final String value) {
        if (!value.startsWith("@")) {
            return bytes(value);
        }
        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (final byte b : read(value.substring(1))) {
            if (b != '\r' && b != '\n' && b != 0) {
                kept.write(b);
            }
        }
        return kept.toByteArray();
    }

    /** {@return a header line, or those of the file that the value names} */
    List<String> headerLines(final String value) {
        return value.startsWith("@")
                ? new String(read(value.substring(1)), StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank())
                        .toList()
                : List.of(value);
    }

    /** Returns what {@code --data-urlencode} gives for text, =text, name=text, @file or name@file. */
    byte[] encoded(final String value) {
        final int equals = value.indexOf('=');
        final int file = value.indexOf('@');
        final boolean inFile = file >= 0 && (equals < 0 || file < equals);
        final int split = inFile ? file : equals;
        final byte[] content = inFile ? read(value.substring(split + 1)) : bytes(value.substring(split + 1));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (split > 0) {
            out.writeBytes(bytes(value.substring(0, split) + "="));
        }
        for (final byte b : content) {
            if (isUnreserved(b)) {
                out.write(b);
            } else {
                out.writeBytes(bytes(String.format("%%%02X", b & 0xff)));
            }
        }
        return out.toByteArray();
    }

    private static boolean isUnreserved(final byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || "-._~".indexOf(b) >= 0;
    }

    byte[] read(final String name) {
        try {
            if (name.equals("-")) {
                return limited(stdin.readNBytes(Limits.MAX_REQUEST_BYTES + 1), "standard input");
            }
            try (InputStream in = Files.newInputStream(Path.of(name))) {
                return limited(in.readNBytes(Limits.MAX_REQUEST_BYTES + 1), name);
            }
        } catch (final IOException | InvalidPathException e) {
            throw new CurlException(name + ": the file that curl's arguments name cannot be read; correct its name", e);
        }
    }

    private static byte[] limited(final byte[] bytes, final String name) {
        if (bytes.length > Limits.MAX_REQUEST_BYTES) {
            throw new CurlException(name + " is larger than the " + Limits.MAX_REQUEST_BYTES
                    + " bytes that a request may have; give less");
        }
        return bytes;
    }
}
