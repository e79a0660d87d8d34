package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import picocli.CommandLine.Option;

/** The corpus that servers under test are given. */
final class CorpusOptions {
    static final long SEED = 42;

    @Option(names = "--distinct", defaultValue = "1000", description = "distinct requests (${DEFAULT-VALUE})")
    private int distinct;

    @Option(names = "--body-bytes", defaultValue = "1024", description = "of each reply (${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(names = "--posts", defaultValue = "0", paramLabel = "N",
            description = "every N-th request is a POST with a JSON body (${DEFAULT-VALUE}: none)")
    private int posts;

    Corpus corpus() {
        return Corpus.generated(distinct, bodyBytes, posts, SEED);
    }
}
