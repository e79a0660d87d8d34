package io.ouli.jmh;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/** Sets of secrets as they look, the same on every machine. */
final class Secrets {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final String[] PREFIXES = {"sk-proj-", "ghp_", "eyJ", "AKIA", "xoxb-", ""};

    private Secrets() {
    }

    /** {@return {@code count} secrets of 16 to 64 bytes, with prefixes that many share} */
    static List<byte[]> make(final int count) {
        final SplittableRandom random = new SplittableRandom(7);
        final List<byte[]> secrets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final StringBuilder text = new StringBuilder(PREFIXES[i % PREFIXES.length]);
            final int length = random.nextInt(16, 65);
            while (text.length() < length) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            secrets.add(Samples.ascii(text.toString()));
        }
        return secrets;
    }

    /** {@return each secret in six forms: as it is, URL-encoded once and twice, in base64 at three alignments} */
    static List<byte[]> encoded(final List<byte[]> secrets) {
        final List<byte[]> forms = new ArrayList<>();
        for (final byte[] secret : secrets) {
            final String text = new String(secret, StandardCharsets.US_ASCII);
            final String url = URLEncoder.encode(text, StandardCharsets.US_ASCII);
            forms.add(secret);
            forms.add(Samples.ascii(url + "%20"));
            forms.add(Samples.ascii(URLEncoder.encode(url, StandardCharsets.US_ASCII) + "%2520"));
            for (int before = 0; before < 3; before++) {
                final String base64 =
                        Base64.getEncoder().encodeToString(Samples.ascii("abc".substring(0, before) + text));
                forms.add(Samples.ascii(base64.substring(before + 1, base64.length() - 4)));
            }
        }
        return forms;
    }
}
