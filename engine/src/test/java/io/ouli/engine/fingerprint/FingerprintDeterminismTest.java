package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The same requests have the same keys in every virtual machine: locale, charset, compiler and SIMD play no part. */
@Timeout(300)
class FingerprintDeterminismTest {
    private static final int REQUESTS = 500;

    @Test
    void shouldGiveTheSameKeysInEveryVirtualMachine() throws Exception {
        final String here = digest();
        assertEquals(here, elsewhere("-Xint", "-Duser.language=tr", "-Duser.country=TR", "-Dfile.encoding=US-ASCII"));
        assertEquals(here, elsewhere("-Douli.simd=scalar", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        assertEquals(here, elsewhere("--add-modules=jdk.incubator.vector", "-Douli.simd=128"));
        assertEquals(here, elsewhere("--add-modules=jdk.incubator.vector", "-Douli.simd=256", "-XX:-UseSHA"));
    }

    private static String elsewhere(final String... options) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), FingerprintDeterminismTest.class.getName()));
        final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(true, process.waitFor(1, TimeUnit.MINUTES));
        return output.strip();
    }

    /** Prints the digest of the keys, in a virtual machine of its own. */
    public static void main(final String[] args) throws Exception {
        System.out.println(digest());
    }

    /** Redacts requests, which looks for secrets by SIMD where there is any, and digests their keys. */
    private static String digest() throws Exception {
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        try (RedactionPolicy policy = RedactionPolicy.builder()
                .secret("a", "hunter2secret".getBytes(StandardCharsets.US_ASCII)).jsonKey("ISSUE").build()) {
            final MessageRedactor redactor = policy.newRedactor();
            final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);
            for (int i = 0; i < REQUESTS; i++) {
                final byte[] body = body(new Random(i));
                final byte[] bytes = ("pOst /I/%7e/" + i + "?B=%c4%b1&a=I&a HTTP/1.1\r\nHOST: h\r\n"
                        + "ACCEPT: TEXT/I;Q=1\r\nCONTENT-TYPE: APPLICATION/JSON\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
                final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
                assertEquals(bytes.length, new RequestParser().parse(bytes, 0, bytes.length, head));
                if (redactor.redactRequest(head, body, 0, body.length)) {
                    fingerprinter.fingerprint(
                            redactor.head(), redactor.body(), redactor.bodyOffset(), redactor.bodyLength(), key);
                } else {
                    fingerprinter.fingerprint(head, body, 0, body.length, key);
                }
                digest.update(key);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] body(final Random random) {
        final StringBuilder json = new StringBuilder("{");
        for (int i = random.nextInt(20); i >= 0; i--) {
            json.append('"').append((char) ('A' + random.nextInt(26))).append(random.nextInt(5) == 0 ? "\u0131" : "")
                    .append("\":");
            switch (random.nextInt(4)) {
                case 0 -> json.append(random.nextInt()).append('.').append(random.nextInt(1_000)).append("e-7");
                case 1 -> json.append("\"x hunter2secret \u20ac\"");
                case 2 -> json.append("[true, null, \"\\u0049\"]");
                default -> json.append("{\"ISSUE\": \"I\", \"issue\": 1.0}");
            }
            json.append(i == 0 ? "}" : ", ");
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
