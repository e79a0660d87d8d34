package io.ouli.engine.redaction;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class JsonValuesTest {
    @Test
    void shouldTellKeysApartExactly() {
        final RedactionPolicy policy = RedactionPolicy.builder().jsonKey("token").build();
        check(policy, "{\"max_tokens\": 5, \"token\": \"a\", \"Token\": 1, \"xtoken\": \"token\"}",
                "{\"max_tokens\": 5, \"token\": \"REDACTED\", \"Token\": 1, \"xtoken\": \"token\"}");
        check(policy, "[[{\"a\":{\"tok\\u0065n\":\"x\"}}],{\"token\":-1.5e3}]",
                "[[{\"a\":{\"tok\\u0065n\":\"REDACTED\"}}],{\"token\":0}]");
    }

    @Test
    void shouldKeepTypesAndNamesInsideARedactedObject() {
        final RedactionPolicy policy = RedactionPolicy.builder().jsonKey("k").build();
        check(policy, "{\"k\":{\"a\":[1,\"b\",true,false,null,{},[]],\"k\":{\"c\":\"\"}},\"d\":1}",
                "{\"k\":{\"a\":[0,\"REDACTED\",false,false,null,{},[]],\"k\":{\"c\":\"REDACTED\"}},\"d\":1}");
    }

    @Test
    void shouldFollowPointersWithWildcards() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .jsonPointer("/a/*/b").jsonPointer("/list/1").jsonPointer("/x~1y/~0").build();
        check(policy, "{\"a\":{\"p\":{\"b\":1,\"c\":2},\"b\":3},\"list\":[4,5,6],\"b\":7}",
                "{\"a\":{\"p\":{\"b\":0,\"c\":2},\"b\":3},\"list\":[4,0,6],\"b\":7}");
        check(policy, "{\"x/y\":{\"~\":\"8\",\"z\":9}}", "{\"x/y\":{\"~\":\"REDACTED\",\"z\":9}}");
        check(policy, "{\"a\":[{\"b\":1},[{\"b\":2}]],\"z\":{\"a\":{\"p\":{\"b\":3}}}}",
                "{\"a\":[{\"b\":0},[{\"b\":2}]],\"z\":{\"a\":{\"p\":{\"b\":3}}}}");
    }

    @Test
    void shouldRedactAWholeTextAndTextsInARow() {
        final RedactionPolicy all = RedactionPolicy.builder().jsonPointer("").build();
        check(all, " \"a\" ", " \"REDACTED\" ");
        check(all, "{\"a\":1}\n{\"b\":[\"c\"]}\n", "{\"a\":0}\n{\"b\":[\"REDACTED\"]}\n");
    }

    @Test
    void shouldStopWhereTextIsNotJsonAnyMore() {
        final RedactionPolicy policy = RedactionPolicy.builder().jsonKey("k").build();
        check(policy, "{\"k\":\"a\"} k: {\"k\":\"b\"}", "{\"k\":\"REDACTED\"} k: {\"k\":\"b\"}");
        for (final String broken : "|{|[|{\"k\"|{\"k\":|{\"k\":\"a|[1,|{,}|]|[1}".split("\\|")) {
            check(policy, broken, broken);
        }
    }

    @Test
    void shouldSurviveDeepNesting() {
        final RedactionPolicy policy = RedactionPolicy.builder().jsonKey("k").build();
        final String open = "[{\"a\":".repeat(50_000);
        final String close = "}]".repeat(50_000);
        check(policy, open + "{\"k\":1}" + close, open + "{\"k\":0}" + close);
    }

    @Test
    void shouldRedactJsonInsideEvents() {
        final RedactionPolicy policy = RedactionPolicy.builder().jsonKey("k").build();
        final byte[] body = Messages.bytes("event: a\ndata: {\"k\":\"x\"}\n\ndata:{\"k\":2}\r\n\r\ndata: [DONE]\n\n");
        final byte[] request = Messages.concat(Messages.bytes(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"), body);
        final String redacted = Messages.redactRequest(policy, Messages.text(request, 0, request.length));
        assertEquals("event: a\ndata: {\"k\":\"REDACTED\"}\n\ndata:{\"k\":0}\r\n\r\ndata: [DONE]\n\n",
                redacted.substring(redacted.indexOf("\r\n\r\n") + 4));
    }

    private static void check(final RedactionPolicy policy, final String json, final String expected) {
        final Edits edits = new Edits();
        final byte[] bytes = Messages.bytes(json);
        new JsonValues(policy.jsonRules, RedactionListener.NONE).find(bytes, 0, bytes.length, edits);
        final byte[] result = edits.apply(bytes, 0, bytes.length, new int[0], true);
        assertEquals(expected, Messages.text(result, 0, result.length));
    }
}
