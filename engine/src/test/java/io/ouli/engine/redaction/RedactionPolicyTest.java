package io.ouli.engine.redaction;

import io.ouli.engine.Limits;
import io.ouli.redact.LiteralSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RedactionPolicyTest {
    private static final String REQUEST = "GET /?q=";

    @Test
    void shouldChangeNothingWhenEmpty() {
        assertTrue(RedactionPolicy.none().isEmpty());
        assertFalse(RedactionPolicy.defaults().isEmpty());
        assertNull(Messages.redactRequest(
                RedactionPolicy.none(), "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: x\r\n\r\n"));
    }

    @Test
    void shouldLeaveSecretsOutOfTheHash() {
        final byte[] without = RedactionPolicy.defaults().hash();
        assertEquals(32, without.length);
        assertArrayEquals(without, RedactionPolicy.builder().secret("a", Messages.bytes("abcdef")).build().hash());
        final List<RedactionPolicyBuilder> different = List.of(
                RedactionPolicy.builder().withoutDefaults(),
                RedactionPolicy.builder().placeholder("X"),
                RedactionPolicy.builder().redactRequestHeader("a"),
                RedactionPolicy.builder().removeRequestHeader("a"),
                RedactionPolicy.builder().redactResponseHeader("a"),
                RedactionPolicy.builder().redactResponseHeader("a", "b"),
                RedactionPolicy.builder().parameter("a", "b"),
                RedactionPolicy.builder().jsonKey("a", "b"),
                RedactionPolicy.builder().expression("a"),
                RedactionPolicy.builder().expression("a", "b"),
                RedactionPolicy.builder().jsonKey("a"),
                RedactionPolicy.builder().jsonPointer("/a"),
                RedactionPolicy.builder().jsonPointer("/*"),
                RedactionPolicy.builder().jsonPointer("/~01"),
                RedactionPolicy.builder().parameter("a"),
                RedactionPolicy.builder().encodedForms(false),
                RedactionPolicy.builder().literalOrder(LiteralSet.Order.LISTED));
        final long hashes =
                different.stream().map(one -> HexFormat.of().formatHex(one.build().hash())).distinct().count();
        assertEquals(different.size(), hashes);
        assertNotEquals(HexFormat.of().formatHex(without), HexFormat.of().formatHex(different.get(0).build().hash()));
    }

    @Test
    void shouldWarnOfSecretsThatAreShortOrPartOfAPlaceholder() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .secret("short", Messages.bytes("abc12"))
                .secret("inside", Messages.bytes("DRED"))
                .build();
        assertEquals(2, policy.warnings().size());
        assertEquals(1, policy.secretCount());
        assertEquals(REQUEST + "REDACTED%41bc12 HTTP/1.1\r\nHost: h\r\n\r\n",
                Messages.redactRequest(policy, REQUEST + "abc12%41bc12 HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    @Test
    void shouldFollowTheListedOrderWhenAsked() {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder()
                .secret("a", Messages.bytes("secret"))
                .secret("b", Messages.bytes("secretive"));
        final RedactionPolicy policy = builder.literalOrder(LiteralSet.Order.LISTED).build();
        assertEquals(List.of("b begins with a, which is listed before it: the rest of it is left in the text"),
                policy.warnings());
        assertEquals(REQUEST + "REDACTEDive HTTP/1.1\r\nHost: h\r\n\r\n",
                Messages.redactRequest(policy, REQUEST + "secretive HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    @Test
    void shouldTakeTheLimitOfPatternsAndNoMore() {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        for (int i = 0; i < Limits.MAX_REDACTION_PATTERNS; i++) {
            builder.secret("secret " + i, Messages.bytes("secret-" + i + "-of-many"));
        }
        assertEquals(Limits.MAX_REDACTION_PATTERNS, builder.build().secretCount());
        final RedactionPolicyBuilder more = RedactionPolicy.builder();
        for (int i = 0; i < Limits.MAX_REDACTION_PATTERNS; i++) {
            more.secret("secret " + i, Messages.bytes("secret-" + i + "-of-many"));
        }
        more.expression("one more");
        assertThrows(RedactionException.class, more::build);
    }

    @Test
    void shouldRefuseRulesThatCannotBe() {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        assertThrows(RedactionException.class, () -> builder.placeholder("a\"b"));
        assertThrows(RedactionException.class, () -> builder.placeholder(""));
        assertThrows(RedactionException.class, () -> builder.redactRequestHeader("a b"));
        assertThrows(RedactionException.class, () -> builder.removeRequestHeader("Content-Length"));
        assertThrows(RedactionException.class, () -> builder.jsonPointer("a/b"));
        assertThrows(RedactionException.class, () -> builder.jsonPointer("/a~2"));
        assertThrows(RedactionException.class, () -> builder.jsonPointer("/~01/b~"));
        assertThrows(RedactionException.class, () -> builder.jsonKey("a", "b c"));
        assertThrows(RedactionException.class, () -> builder.expression("a".repeat(5_000)));
        final RedactionException e =
                assertThrows(RedactionException.class, () -> builder.expression("hush(hush"));
        assertFalse(e.getMessage().contains("hush"));
        assertNull(e.getCause());
    }

    @Test
    void shouldReplaceWhatExpressionsMatch() {
        final RedactionPolicy policy = RedactionPolicy.builder().expression("tok_[a-z0-9]+", "TOKEN").build();
        assertEquals("""
                POST /TOKEN HTTP/1.1\r
                Host: h\r
                X-A: TOKEN, TOKEN\r
                Content-Length: 7\r
                \r
                "TOKEN\"""", Messages.redactRequest(policy, """
                POST /tok_1 HTTP/1.1\r
                Host: h\r
                X-A: tok_2, tok_3\r
                Content-Length: 11\r
                \r
                "tok_abc99\""""));
    }

    @Test
    void shouldOverwriteSecretsWhenClosed() {
        final RedactionPolicy policy = RedactionPolicy.builder().secret("a", Messages.bytes("abcdef")).build();
        final LiteralSet literals = policy.secrets.direct().searcher.literals();
        policy.close();
        for (int i = 0; i < literals.size(); i++) {
            assertEquals(0, literals.at(i, 0));
        }
    }
}
