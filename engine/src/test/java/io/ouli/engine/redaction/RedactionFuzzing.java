package io.ouli.engine.redaction;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Looks for policies and messages that break what must hold of all, guided by coverage, with jazzer. Not part of
 * {@code mvn test}; {@link RedactionFuzzTest} runs the target there on inputs drawn by chance.
 *
 * <pre>mvn -Pfuzz -pl engine -am test -Dtest='RedactionFuzzing#any'</pre>
 */
class RedactionFuzzing {
    @FuzzTest(maxDuration = "10m")
    void any(final byte[] bytes) {
        RedactionFuzzTarget.any(bytes);
    }
}
