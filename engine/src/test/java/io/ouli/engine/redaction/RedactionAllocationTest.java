package io.ouli.engine.redaction;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.http.RequestHead;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A request without a secret costs no allocation, nor does one of which only a header named by a rule is replaced. */
class RedactionAllocationTest {
    private static final int CALLS = 2_000;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingWithoutAHit() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .secret("a", Messages.bytes("sk-0123456789abcdef"))
                .secret("b", Messages.bytes("short"))
                .jsonKey("token").parameter("key").jsonPointer("/a/0/b")
                .build();
        final byte[] request = Messages.bytes("""
                POST /v1/chat?max_tokens=5&x=%2Fpath HTTP/1.1\r
                Host: h\r
                Content-Type: application/json\r
                \r
                {"a": "text\\nand \\\\ more", "b": [1, 2], "id": "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA=="}""");
        final MessageRedactor redactor = policy.newRedactor();
        final RequestHead head = Messages.parse(request);
        assertFalse(redactor.redactRequest(head, request, head.end(), request.length - head.end()));
        assertEquals(0, allocated(redactor, head, request));
    }

    @Test
    void shouldAllocateNothingForTheDefaultHeaders() {
        final byte[] request = Messages.bytes("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n\r\n");
        final MessageRedactor redactor = RedactionPolicy.defaults().newRedactor();
        final RequestHead head = Messages.parse(request);
        assertTrue(redactor.redactRequest(head, request, head.end(), 0));
        assertEquals(0, allocated(redactor, head, request));
    }

    private long allocated(final MessageRedactor redactor, final RequestHead head, final byte[] request) {
        // The least of some rounds: what is set up on first use, and what the JVM does meanwhile, is not counted.
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                redactor.redactRequest(head, request, head.end(), request.length - head.end());
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return bytes;
    }
}
