package io.ouli.engine.fingerprint;

import io.ouli.engine.testing.FuzzInputs;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs the fuzzer's targets on its corpus and on as many inputs, drawn by chance, as take a second or two. */
class FingerprintFuzzTest {
    private static final int INPUTS = 4_000;
    private static final String[] PIECES = {
        "GET ", "POST ", "/", "//", "/../", "/.", "?", "&", "=", "a", "b=1", "%41", "%2f", "%", "+", "#", "http://h",
        "\n", "\n\n", "\n\n", "\nContent-Type: application/json", "\nContent-Type: ", "\nAccept: ", "\nRange: ",
        "application/x-www-form-urlencoded", "application/x-ndjson", "text/json", "multipart/a;boundary=b", ";", ",",
        "{\"a\":", "{\"\\u0061\":", "}", "[", "]", "1.50", "15e-1", "-0", "1e999", "\"\\ud83d\"", "\"\u00c3\u00a9\"",
        "\"", "\\", "true", "null", " ", "\t", "\u00ef\u00bb\u00bf", "\u00ff", "\r\n--b\r\n", "\r\n--b--",
    };

    @Test
    void shouldHoldForWhatTheFuzzerFound() throws IOException, URISyntaxException {
        FuzzInputs.runCorpus(FingerprintFuzzTest.class, "FingerprintFuzzingInputs/anyRequest",
                FingerprintFuzzTarget::anyRequest);
        FuzzInputs.runCorpus(FingerprintFuzzTest.class, "FingerprintFuzzingInputs/spelling",
                FingerprintFuzzTarget::spelling);
    }

    @Test
    void shouldHoldForAnyRequest() {
        FuzzInputs.runRandom(INPUTS, random -> {
            final StringBuilder text = new StringBuilder("PUT /");
            for (int i = random.nextInt(24); i > 0; i--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            FingerprintFuzzTarget.anyRequest(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    @Test
    void shouldHoldForAnySpelling() {
        FuzzInputs.runRandom(INPUTS / 4, random -> {
            final byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            FingerprintFuzzTarget.spelling(bytes);
        });
    }
}
