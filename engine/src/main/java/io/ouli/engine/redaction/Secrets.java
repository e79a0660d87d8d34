package io.ouli.engine.redaction;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The secrets that a user named, each with a label that says where it came from; kept as bytes and overwritten by
 * {@link #close}.
 *
 * <p>Sources: {@code OULI_SECRETS} and {@code TEST_SERVER_SECRETS}, separated by commas, and the lines of the file that
 * {@code OULI_SECRETS_FILE} names. White space around a secret is cut off, empty ones are ignored. Not safe for use by
 * several threads.
 */
public final class Secrets implements AutoCloseable {
    /** Secrets separated by commas. */
    public static final String VARIABLE = "OULI_SECRETS";
    /** The name of a file with a secret in each line. */
    public static final String FILE_VARIABLE = "OULI_SECRETS_FILE";
    /** Secrets separated by commas, as google/test-server reads them. */
    public static final String TEST_SERVER_VARIABLE = "TEST_SERVER_SECRETS";
    /** What Java reads for bytes that the locale has no character for. */
    private static final char UNREADABLE = '\uFFFD';

    private final List<String> labels = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();

    Secrets() {
    }

    /**
     * Reads the secrets that the environment names.
     *
     * @param environment {@code System.getenv()}.
     * @throws RedactionException if the file cannot be read, or a variable not in this locale; what cannot be read must
     *                            not pass for "no secrets".
     */
    public static Secrets fromEnvironment(final Map<String, String> environment) {
        final Secrets secrets = new Secrets();
        secrets.addSeparated(VARIABLE, environment.get(VARIABLE));
        final String file = environment.get(FILE_VARIABLE);
        if (file != null && !file.isBlank()) {
            secrets.addFile(file);
        }
        secrets.addSeparated(TEST_SERVER_VARIABLE, environment.get(TEST_SERVER_VARIABLE));
        return secrets;
    }

    private void addSeparated(final String label, final String list) {
        if (list != null) {
            if (list.indexOf(UNREADABLE) >= 0) {
                throw new RedactionException(label + " holds bytes that are no characters in this locale, so its"
                        + " secrets would not be found; set LC_ALL=C.UTF-8, or name a file of them in "
                        + FILE_VARIABLE);
            }
            final byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
            addParts(label, bytes, (byte) ',');
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private void addFile(final String name) {
        final byte[] bytes;
        try {
            bytes = Files.readAllBytes(Path.of(name));
        } catch (final IOException | InvalidPathException e) {
            throw new RedactionException(name + ": the file that " + FILE_VARIABLE
                    + " names cannot be read; correct the name, or unset the variable", e);
        }
        addParts(FILE_VARIABLE, bytes, (byte) '\n');
        Arrays.fill(bytes, (byte) 0);
    }

    private void addParts(final String label, final byte[] bytes, final byte separator) {
        int from = 0;
        int number = 1;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == separator) {
                addTrimmed(label + " #" + number, bytes, from, i);
                from = i + 1;
                number++;
            }
        }
    }

    private void addTrimmed(final String label, final byte[] bytes, final int from, final int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        if (end > start) {
            labels.add(label);
            values.add(Arrays.copyOfRange(bytes, start, end));
        }
    }

    private static boolean isBlank(final byte value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n';
    }

    /**
     * Adds a copy of one secret; an empty one is ignored.
     *
     * @param label says where it came from, never what it is.
     */
    public void add(final String label, final byte[] secret) {
        if (secret.length > 0) {
            labels.add(label);
            values.add(secret.clone());
        }
    }

    /** {@return how many secrets there are} */
    public int size() {
        return values.size();
    }

    /** {@return where a secret came from} */
    public String label(final int index) {
        return labels.get(index);
    }

    /** {@return a secret itself, not a copy} */
    byte[] value(final int index) {
        return values.get(index);
    }

    /** Overwrites the secrets and forgets them. */
    @Override
    public void close() {
        values.forEach(value -> Arrays.fill(value, (byte) 0));
        values.clear();
        labels.clear();
    }

    @Override
    public String toString() {
        return size() + " secrets";
    }
}
