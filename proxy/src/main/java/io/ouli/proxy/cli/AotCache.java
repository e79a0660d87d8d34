package io.ouli.proxy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The AOT cache that the launcher named, if any, and whether the virtual machine took it.
 *
 * <p>A cache that does not fit the JDK, its flags or the jars is passed over, and the start is slower without a word.
 * That a cache is in use shows in the list of mapped files.
 */
final class AotCache {
    private static final String FILE_PROPERTY = "ouli.aot";
    private static final String STATE_PROPERTY = "ouli.aot.state";
    private static final String USED = "used";
    private static final Path MAPPED_FILES = Path.of("/proc/self/maps");

    private final String file;
    private final String state;
    private final Path mappedFiles;

    AotCache(final String file, final String state, final Path mappedFiles) {
        this.file = file;
        this.state = state;
        this.mappedFiles = mappedFiles;
    }

    /** {@return this process's} */
    static AotCache current() {
        return new AotCache(System.getProperty(FILE_PROPERTY, ""), System.getProperty(STATE_PROPERTY, "none"),
                MAPPED_FILES);
    }

    /** {@return {@code used}, {@code refused}, {@code making}, {@code never}, {@code unwritable} or {@code none}} */
    String state() {
        return state.equals(USED) && isRefused() ? "refused" : state;
    }

    /** {@return the cache's file; empty without the launcher} */
    String file() {
        return file;
    }

    /** Says so if the cache was refused, and sees to it that the next start makes it anew. */
    void reportRefusal(final Console console) {
        if (!state.equals(USED) || !isRefused()) {
            return;
        }
        String remedy = "the next start makes it anew";
        try {
            Files.deleteIfExists(key());
        } catch (final IOException e) {
            remedy = "delete " + key() + " to have it made anew";
        }
        console.note("warning: this JDK refused the AOT cache " + file + ", so this start was slower; " + remedy
                + " (OULI_AOT=never does without)");
    }

    /** The launcher trusts a cache as long as this note of what it was made for is there. */
    private Path key() {
        return Path.of(file.replaceFirst("\\.aot$", ".key"));
    }

    private boolean isRefused() {
        try {
            return Files.isReadable(mappedFiles) && !Files.readString(mappedFiles).contains(realFile());
        } catch (final IOException cannotTell) {
            return false;
        }
    }

    /** Behind symbolic links, as the kernel names it. */
    private String realFile() throws IOException {
        final Path named = Path.of(file);
        return Files.exists(named) ? named.toRealPath().toString() : file;
    }
}
