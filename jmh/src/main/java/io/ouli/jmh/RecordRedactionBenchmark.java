package io.ouli.jmh;

import io.ouli.engine.Limits;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What redaction costs while an exchange is recorded: a GET, and a JSON reply in which nothing is to be found. */
public class RecordRedactionBenchmark extends OuliBenchmark {
    private static final int SECRETS = 8;
    private static final int[] NO_CHUNKS = {};

    /** {@code headers}: the default policy; the pointer's last name occurs nowhere in the reply. */
    @Param({"headers", "secrets", "pointer", "secrets+pointer"})
    private String rules;

    @Param({"1024"})
    private int bytes;

    private MessageRedactor redactor;
    private MessageRedactor replaying;
    private RequestHead get;
    private RequestHead browser;
    private ResponseHead replyHead;
    private byte[] reply;
    private byte[] escaped;

    /** Makes a policy and its messages. */
    @Setup
    public void setup() {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        for (int i = 0; i < SECRETS && rules.contains("secrets"); i++) {
            builder.secret("secret " + i, Samples.ascii("not-a-secret-" + i + "-Zx7qT"));
        }
        if (rules.contains("pointer")) {
            builder.jsonPointer("/credentials/token");
        }
        final RedactionPolicy policy = builder.build();
        redactor = policy.newRedactor();
        replaying = policy.newRedactor(name -> name.equals("accept"));
        get = Samples.parse(Samples.smallGet());
        browser = Samples.parse(Samples.browserGet());
        reply = Samples.json(bytes, 5);
        escaped = Samples.ascii(new String(reply, StandardCharsets.US_ASCII)
                .replaceFirst("\"content\":\"..", "\"content\":\"\\\\n"));
        final byte[] head = Samples.ascii("HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Wed, 25 Nov 2026 08:00:00 GMT\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + reply.length + "\r\n\r\n");
        replyHead = new ResponseHead(Limits.MAX_HEADERS);
        new ResponseParser().parse(head, 0, head.length, replyHead);
    }

    /** A GET as API clients send it, to be stored. */
    @Benchmark
    public boolean request() {
        return redactor.redactRequest(get, Samples.NO_BODY, 0, 0);
    }

    /** A browser's GET with a Cookie, to be found in a recording. */
    @Benchmark
    public boolean replayedRequest() {
        return replaying.redactRequest(browser, Samples.NO_BODY, 0, 0);
    }

    /** A reply of JSON, to be stored. */
    @Benchmark
    public boolean response() {
        return redactor.redactResponse(replyHead, reply, 0, reply.length, NO_CHUNKS, 0);
    }

    /** A reply of JSON with an escape in it. */
    @Benchmark
    public boolean escapedResponse() {
        return redactor.redactResponse(replyHead, escaped, 0, escaped.length, NO_CHUNKS, 0);
    }
}
