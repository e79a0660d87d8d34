package io.ouli.engine.recording;

import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import java.io.File;
import java.nio.file.Path;

/**
 * Names of sessions, and of the files that their recordings live in.
 *
 * <p>A name is made of segments of {@code [A-Za-z0-9._-]} joined by {@code /}; no segment is empty, {@code .} or
 * {@code ..}; the whole has at most {@link Limits#MAX_SESSION_NAME_BYTES} bytes. The recording of {@code a/b} is
 * {@code a/b.ouli}. File systems take names of up to 255 bytes, suffixes included, so a last segment of more than
 * 200 goes into a folder of its first 200 and a tilde, which no segment can end with: {@code aaa…~/aaa.ouli}.
 */
public final class SessionNames {
    /** What the names of recordings end with. */
    public static final String SUFFIX = ".ouli";

    static final int MAX_FILE_SEGMENT = 200;

    private SessionNames() {
    }

    /**
     * {@return the name as it was given}
     *
     * @throws OuliException if it is none; says why, without control characters.
     */
    public static String validate(final String name) {
        final String problem = problem(name);
        if (problem != null) {
            throw new OuliException("invalid session name " + quoted(name) + ": " + problem
                    + "; use segments of A-Z a-z 0-9 . _ - joined by /");
        }
        return name;
    }

    /** {@return whether this is a session's name; allocates nothing} */
    public static boolean isValid(final String name) {
        return problem(name) == null;
    }

    private static String problem(final String name) {
        if (name.isEmpty()) {
            return "it is empty";
        }
        if (name.length() > Limits.MAX_SESSION_NAME_BYTES) {
            return "it is longer than 255 bytes";
        }
        int start = 0;
        for (int i = 0; i <= name.length(); i++) {
            if (i == name.length() || name.charAt(i) == '/') {
                final int length = i - start;
                if (length == 0) {
                    return "a segment is empty";
                }
                if (name.charAt(start) == '.'
                        && (length == 1 || length == 2 && name.charAt(start + 1) == '.')) {
                    return "a segment is . or ..";
                }
                start = i + 1;
            } else if (!isAllowed(name.charAt(i))) {
                return "a character is not allowed";
            }
        }
        return null;
    }

    private static boolean isAllowed(final char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    private static String quoted(final String name) {
        final StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < Math.min(name.length(), 64); i++) {
            text.append(name.charAt(i) < ' ' || name.charAt(i) > '~' ? '?' : name.charAt(i));
        }
        return text.append(name.length() > 64 ? "…'" : "'").toString();
    }

    /** {@return the file of a session's recording inside a folder} */
    public static Path file(final Path folder, final String name) {
        validate(name);
        final int last = name.lastIndexOf('/') + 1;
        if (name.length() - last <= MAX_FILE_SEGMENT) {
            return folder.resolve(name + SUFFIX);
        }
        final int cut = last + MAX_FILE_SEGMENT;
        return folder.resolve(name.substring(0, cut) + "~/" + name.substring(cut) + SUFFIX);
    }

    /** {@return the session whose recording this file would be, or null if it is none} */
    public static String session(final Path folder, final Path file) {
        final String path = folder.relativize(file).toString().replace(File.separatorChar, '/');
        if (!path.endsWith(SUFFIX)) {
            return null;
        }
        final String name = path.substring(0, path.length() - SUFFIX.length()).replace("~/", "");
        return isValid(name) && file(folder, name).equals(file) ? name : null;
    }
}
