package io.ouli.engine.scan;

import io.ouli.engine.scan.Field.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Shapes are put together here, so that nothing of this file looks like a secret to other scanners. */
class LeakFinderTest {
    private static final Field JSON = Field.of(Place.RESPONSE_JSON);

    private final LeakFinder finder = new LeakFinder();

    private List<Leak> find(final Field field, final String text) {
        final List<Leak> leaks = new ArrayList<>();
        finder.find(field, text.getBytes(StandardCharsets.UTF_8), leaks::add);
        return leaks;
    }

    private static String random(final String alphabet, final int length, final long seed) {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder("a1B".substring(0, Math.min(3, length)));
        while (text.length() < length) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String letters(final int length) {
        return random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length, length);
    }

    @ParameterizedTest
    @CsvSource({
        "github-token, ghp_, 36", "github-token, github_pat_, 82", "gitlab-token, glpat-, 20",
        "slack-token, xoxb-, 40", "stripe-key, sk_live_, 24", "stripe-key, rk_test_, 24", "google-api-key, AIza, 35",
        "google-oauth-token, ya29., 60", "google-client-secret, GOCSPX-, 28", "openai-key, sk-proj-, 48",
        "openai-key, sk-, 48", "anthropic-key, sk-ant-, 90", "npm-token, npm_, 36", "bearer-token, Bearer , 40",
        "slack-webhook, https://hooks.slack.com/services/, 40", "hugging-face-token, hf_, 34",
        "sendgrid-key, SG., 66", "pypi-token, pypi-AgEI, 80",
    })
    void shouldKnowShapes(final String rule, final String prefix, final int length) {
        final String token = prefix + (prefix.startsWith("Bearer") ? " " : "") + letters(length);
        for (final String text
                : List.of("{\"x\":\"" + token + "\"}", token, "a " + token + " b", "k=" + token + "&z=1")) {
            final List<Leak> leaks = find(JSON, text);
            assertEquals(List.of(rule), leaks.stream().map(Leak::rule).toList(), text);
            assertFalse(leaks.getFirst().masked().contains(token.substring(prefix.length() + 3)));
            assertTrue(com.google.re2j.Pattern.compile(leaks.getFirst().proposal().value()).matcher(text).find());
        }
    }

    @Test
    void shouldKnowShapesThatAreDecoded() {
        assertEquals("aws-access-key", only(JSON, "{\"id\":\"AKIA" + "Q3EGRZXNPDT5WYKM" + "\"}").rule());
        final Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        final String jwt = url.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + '.'
                + url.encodeToString("{\"sub\":\"1234567890\"}".getBytes(StandardCharsets.UTF_8)) + '.' + letters(43);
        assertEquals("json-web-token", only(JSON, "{\"id_token\":\"" + jwt + "\"}").rule());
        final String basic = Base64.getEncoder().encodeToString("user:hunter2x".getBytes(StandardCharsets.UTF_8));
        final Leak header = only(Field.header(false, "X-Echo"), "Basic " + basic);
        assertEquals("basic-credentials", header.rule());
        assertEquals("--redact-response-header x-echo", header.proposal().flag());
        assertEquals("private-key", only(JSON, "{\"k\":\"-----BEGIN RSA " + "PRIVATE KEY-----\\nMIIE\"}").rule());
        assertEquals("url-password", only(JSON, "postgres://app:hunter2x@db.internal/x").rule());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"client_secret\": \"%s\"}         | client_secret   | --redact-json-key client_secret",
        "{\"a\":\"{\\\"apiKey\\\":\\\"%s\\\"}\"} | apiKey      | --redact-json-key apiKey",
        "aws_secret_access_key = %s          | aws_secret_access_key | --redact-json-key aws_secret_access_key",
        "<SecretAccessKey>%s</SecretAccessKey> | SecretAccessKey | --redact-json-key SecretAccessKey",
        "session_token=%s&x=1                | session_token   | --redact-json-key session_token",
    })
    void shouldFindValuesUnderTellingNames(final String text, final String name, final String flag) {
        final Leak leak = only(JSON, text.formatted(letters(40)));
        assertEquals("named-value", leak.rule());
        assertEquals(name, leak.name());
        assertEquals(Confidence.HIGH, leak.confidence());
        assertEquals(flag, leak.proposal().flag());
    }

    @Test
    void shouldProposeARuleForThePlace() {
        assertEquals("--redact-parameter token",
                only(Field.of(Place.REQUEST_TARGET), "/p?a=1&token=" + letters(30)).proposal().flag());
        assertEquals("--redact-parameter password",
                only(Field.of(Place.REQUEST_FORM), "password=hunter2-x&b=1").proposal().flag());
        assertEquals("--redact-header x-auth-token",
                only(Field.header(true, "X-Auth-Token"), letters(30)).proposal().flag());
        final Leak cookie = only(Field.header(false, "Set-Cookie"), "JSESSIONID=" + letters(32) + "; Path=/");
        assertEquals("session-cookie", cookie.rule());
        assertEquals("--redact-response-header set-cookie", cookie.proposal().flag());
    }

    @Test
    void shouldLeaveTheInnocentAlone() {
        final byte[] image = new byte[3_000];
        new Random(5).nextBytes(image);
        final String base64 = Base64.getEncoder().encodeToString(image);
        final String hash = random("0123456789abcdef", 64, 3);
        for (final String text : List.of(
                "{\"max_tokens\":4096,\"token\":null,\"tokens\":[1,2],\"usage\":{\"prompt_tokens\":\"12\"}}",
                "{\"token_type\":\"bearer\",\"stop_token\":\"<|endoftext-0123456789|>\"}",
                "{\"id\":\"" + new UUID(77, -99) + "\",\"sha256\":\"" + hash + "\"}",
                "commit " + hash.substring(0, 40) + ", etag W/" + hash,
                "{\"next_page_token\":\"" + letters(60) + "\",\"nextPageToken\":\"" + letters(44) + "\"}",
                "{\"image\":\"data:image/png;base64," + base64 + "\",\"b64\":\"" + base64 + "\"}",
                "{\"password\":\"REDACTED\",\"secret\":\"********\",\"api_key\":\"${API_KEY}\",\"token\":\"<token>\"}",
                "{\"error\":{\"password\":\"is too short\",\"text\":\"Basic authentication, Bearer tokens\"}}",
                "{\"label\":\"sk-loading-spinner-container-wrapper\",\"css\":\"task-list-item-checkbox-input\"}",
                "{\"public_key\":\"-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----\"}",
                "{\"url\":\"https://example.com:8443/a@b?x=1\",\"user\":\"ssh://git@github.com/a/b\"}",
                "{\"ssn_key\":\"name\",\"primary_key\":\"order_id\",\"key\":\"value\",\"keyboard\":\"qwerty-layout\"}",
                "monkey=banana; tokenizer: sentencepiece-large-v2; secretary: Jane-Doe-1234567890abc")) {
            assertEquals(List.of(), counted(find(JSON, text)), text);
        }
        assertEquals(List.of(), find(Field.header(false, "ETag"), '"' + letters(40) + '"'));
        assertEquals(List.of(), counted(find(Field.header(false, "Set-Cookie"), "theme=dark; Path=/; Max-Age=3600")));
        assertEquals(List.of(), counted(find(Field.header(true, "Authorization"), "REDACTED")));
        assertEquals(List.of(),
                counted(find(Field.header(false, "WWW-Authenticate"), "Bearer realm=\"api.example.com\"")));
    }

    @Test
    void shouldGradeWhatOnlyLooksRandomLow() {
        assertEquals(Confidence.LOW, only(JSON, "{\"cursor\":\"" + letters(48) + "\"}").confidence());
    }

    private Leak only(final Field field, final String text) {
        final List<Leak> leaks = find(field, text);
        assertEquals(1, leaks.size(), () -> text + " " + leaks);
        return leaks.getFirst();
    }

    private static List<Leak> counted(final List<Leak> leaks) {
        return leaks.stream().filter(leak -> leak.confidence() != Confidence.LOW).toList();
    }
}
