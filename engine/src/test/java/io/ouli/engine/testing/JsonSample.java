package io.ouli.engine.testing;

import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A JSON value by what it means. */
public sealed interface JsonSample {
    /** Text. */
    record Text(String value) implements JsonSample {
    }

    /** A number by its exact decimal value. */
    record Decimal(BigDecimal value) implements JsonSample {
    }

    /** {@code true}, {@code false} or {@code null}. */
    enum Word implements JsonSample {
        TRUE, FALSE, NULL
    }

    /** An array. */
    record Elements(List<JsonSample> values) implements JsonSample {
    }

    /** An object; keys may repeat. */
    record Members(List<Member> members) implements JsonSample {
    }

    /** One member of an object. */
    record Member(String key, JsonSample value) {
    }

    /** Returns a text that two values share exactly if they mean the same. */
    static String meaning(final JsonSample sample) {
        return switch (sample) {
            case final Text text -> SampleRequest.quote(text.value());
            case final Decimal decimal -> decimal.value().signum() == 0
                    ? "0"
                    : decimal.value().stripTrailingZeros().toString();
            case final Word word -> word.name();
            case final Elements elements -> elements.values().stream().map(JsonSample::meaning).toList().toString();
            case final Members members -> members.members().stream()
                    .collect(Collectors.groupingBy(
                            Member::key,
                            TreeMap::new,
                            Collectors.mapping(member -> meaning(member.value()), Collectors.toList())))
                    .entrySet().stream()
                    .map(entry -> SampleRequest.quote(entry.getKey()) + '=' + entry.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        };
    }
}
