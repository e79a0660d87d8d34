package io.ouli.engine.recording;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.BeforeAll;

/**
 * Looks for files that break what reads recordings, guided by coverage, with jazzer. Not part of {@code mvn test},
 * whose virtual machine would have to be opened to jazzer's agent; {@link RecordingFuzzTest} runs there what was found.
 *
 * <pre>mvn -Pfuzz -pl engine -am test -Dtest='RecordingFuzzing#forgedFile'</pre>
 */
class RecordingFuzzing {
    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @FuzzTest(maxDuration = "10m")
    void anyFile(final byte[] bytes) {
        RecordingFuzzTarget.anyFile(bytes);
    }

    @FuzzTest(maxDuration = "10m")
    void forgedFile(final byte[] bytes) {
        RecordingFuzzTarget.forgedFile(bytes);
    }
}
