package io.ouli.jmh;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Redaction of a JSON request by a policy with secrets, when there is nothing to redact and when there is. */
public class RedactBenchmark extends OuliBenchmark {
    @Param({"0", "3", "32"})
    private int secrets;

    @Param({"256", "1024", "16384"})
    private int bytes;

    private MessageRedactor redactor;
    private RequestHead head;
    private RequestHead leakyHead;
    private byte[] clean;
    private byte[] leaky;

    /** Makes a policy and two bodies. */
    @Setup
    public void setup() {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        for (int i = 0; i < secrets; i++) {
            builder.secret("secret " + i, Samples.ascii("sk-live-0123456789abcdef-" + i + "-of-many"));
        }
        redactor = builder.build().newRedactor();
        clean = Samples.json(bytes, 5);
        final String text = new String(clean, StandardCharsets.US_ASCII);
        leaky = Samples.ascii(text.replaceFirst("\"content\":\"", "$0sk-live-0123456789abcdef-0-of-many "));
        head = Samples.post("application/json", clean.length);
        leakyHead = Samples.post("application/json", leaky.length);
    }

    /** A body that is searched and left alone. */
    @Benchmark
    public boolean nothingFound() {
        return redactor.redactRequest(head, clean, 0, clean.length);
    }

    /** A body of which one secret is replaced. */
    @Benchmark
    public boolean oneSecret() {
        return redactor.redactRequest(leakyHead, leaky, 0, leaky.length);
    }
}
