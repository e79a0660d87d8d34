package io.ouli.engine.fingerprint;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.TestHeads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** The promise of the hot path: once scratch memory has grown, a key costs no allocation. */
class FingerprinterAllocationTest {
    private static final int CALLS = 2_000;
    /** What the virtual machine itself may do on this thread meanwhile; one byte a call would already be more. */
    private static final long NOISE_BYTES = CALLS - 1;

    private final Fingerprinter fingerprinter = new Fingerprinter(
            FingerprintPolicy.builder().includeHeaders("x-*").ignoreJson("/id", "/*/at").ignoreQuery("t").build());
    private final byte[] key = new byte[Fingerprinter.KEY_BYTES];

    private void check(final String head, final byte[] body) {
        final RequestHead parsed = TestHeads.of(head);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > NOISE_BYTES; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                fingerprinter.fingerprint(parsed, body, 0, body.length, key);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least <= NOISE_BYTES, least + " bytes in " + CALLS + " calls");
    }

    private static byte[] json() {
        final StringBuilder json = new StringBuilder("{\"id\":1,\"z\":{\"at\":2,\"b\":[1.50,\"\\u00e9\",true,{}]}");
        for (int i = 40; i > 0; i--) {
            json.append(",\"k").append(i).append("\":{\"y\":").append(i * 100).append(",\"x\":null}");
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String post(final String headers) {
        return "POST /a/../b%2f?b=1&a=%41&t=3&b=2 HTTP/1.1\r\nX-B: 1\r\nAccept: a/b;q=1, c/d\r\n" + headers + "\r\n";
    }

    @Test
    void shouldNotAllocateForHeads() {
        check(post("X-A: 2\r\nHost: h\r\n"), new byte[0]);
    }

    @Test
    void shouldNotAllocateForJson() {
        check(post("Content-Type: application/json; charset=utf-8\r\n"), json());
    }

    @Test
    void shouldNotAllocateForForms() {
        check(
                post("Content-Type: application/x-www-form-urlencoded\r\n"),
                "b=1&a=2&a=%20+&c".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldNotAllocateForMultipart() {
        check(
                post("Content-Type: multipart/form-data; boundary=\"x y\"\r\n"),
                "--x y\r\n\r\n1\r\n--x y\r\n\r\n2\r\n--x y--\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldNotAllocateForGzip() throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write(json());
        }
        check(
                post("Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
                body.toByteArray());
    }
}
