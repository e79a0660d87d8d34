package io.ouli.proxy.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;

class JsonLineProperties {
    @Property
    void shouldBeReadBackAsItWasByAnotherParser(
            @ForAll final String name, @ForAll final String value, @ForAll final long number) throws IOException {
        final String json = new JsonLine().add(name, value).add("number", number).add("none", null)
                .add("yes", true).addRaw("inner", new JsonLine().add("a", 1).end()).end();

        assertEquals(1, json.lines().count());
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertEquals(JsonToken.START_OBJECT, parser.nextToken());
            assertEquals(name, parser.nextFieldName());
            assertEquals(value, parser.nextTextValue());
            assertEquals("number", parser.nextFieldName());
            assertEquals(number, parser.nextLongValue(0));
            assertEquals("none", parser.nextFieldName());
            assertEquals(JsonToken.VALUE_NULL, parser.nextToken());
            assertEquals("yes", parser.nextFieldName());
            assertEquals(JsonToken.VALUE_TRUE, parser.nextToken());
            assertEquals("inner", parser.nextFieldName());
            parser.nextToken();
            parser.skipChildren();
            assertEquals(JsonToken.END_OBJECT, parser.nextToken());
        }
    }
}
