package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One kind of server that the suite can start when it is there. */
public interface ServerKind {
    /** {@return its name in tables, results and on the command line} */
    String name();

    /** {@return why it cannot be started here, with the remedy; null when it can} */
    String missing();

    /** {@return one line for people: version and settings} */
    String description();

    /** {@return what it will answer, for servers that do not know the corpus' own replies} */
    default Corpus answers(final Corpus corpus) {
        return corpus;
    }

    /**
     * Writes whatever it needs to answer a corpus, and returns the command that starts it.
     *
     * @param folder its own, empty.
     * @param port   of 127.0.0.1 to listen on.
     * @throws IOException if the folder cannot be written.
     */
    List<String> prepare(Corpus corpus, Path folder, int port) throws IOException;

    /** {@return what is added to its environment; not by {@code env}, which would be one exec more in a start} */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** {@return the file or folder whose size is the corpus on disk; null when there is none} */
    default Path data(final Path folder) {
        return null;
    }

    /**
     * Looks at what the server has left, after its end.
     *
     * @param replies that a client has got from it, at least.
     * @return what is wrong with it, or null.
     * @throws IOException if it cannot be read.
     */
    default String verify(final Path folder, final long replies) throws IOException {
        return null;
    }
}
