package io.ouli.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of a YAML file, read key by key; what was not asked for when {@link #end} is called is an unknown key.
 *
 * <p>A getter of a key that is absent, or whose value is empty, returns null.
 */
final class YamlMap {
    private final Path file;
    private final String where;
    private final Node node;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    private YamlMap(final Path file, final String where, final Node node) {
        this.file = file;
        this.where = where;
        this.node = node;
    }

    /**
     * Wraps a node.
     *
     * @param where the path of keys that leads to it, for errors; empty at the top.
     */
    static YamlMap of(final Path file, final String where, final Node node) {
        final YamlMap map = new YamlMap(file, where, node);
        if (!(node instanceof MappingNode mapping)) {
            throw map.error(node, (where.isEmpty() ? "the file" : quoted(where))
                    + " must hold keys, such as 'endpoints:', but holds " + kind(node));
        }
        for (final NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw map.error(entry.getKeyNode(), "a key must be plain text");
            }
            if (map.entries.put(key.getValue(), entry) != null) {
                throw map.error(key, "key " + quoted(map.path(key.getValue())) + " stands here a second time");
            }
        }
        return map;
    }

    /** {@return whether the key is there with a value} */
    boolean has(final String key) {
        return value(key) != null;
    }

    /** {@return a text} */
    String text(final String key) {
        final Node value = value(key);
        return value == null ? null : scalar(key, value);
    }

    /** {@return a text that must be there} */
    String required(final String key) {
        final String text = text(key);
        if (text == null) {
            throw error(key, quoted(path(key)) + " is missing");
        }
        return text;
    }

    /** {@return a whole number} */
    Integer number(final String key, final int least, final int most) {
        final Node value = value(key);
        if (value == null) {
            return null;
        }
        final String text = scalar(key, value);
        try {
            final int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (final NumberFormatException ignored) {
            // Told below, as for a number out of range.
        }
        throw error(value, quoted(path(key)) + " must be a whole number from " + least + " to " + most + ", not "
                + quoted(text));
    }

    /** {@return a number of bytes, such as 512m} */
    Long size(final String key) {
        final Node value = value(key);
        if (value == null) {
            return null;
        }
        try {
            return ByteSize.parse(scalar(key, value));
        } catch (final IllegalArgumentException e) {
            throw error(value, quoted(path(key)) + " " + e.getMessage());
        }
    }

    /** {@return a truth value} */
    Boolean flag(final String key) {
        final Node value = value(key);
        if (value == null) {
            return null;
        }
        return switch (scalar(key, value)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(value, quoted(path(key)) + " must be true or false, not "
                    + quoted(scalar(key, value)));
        };
    }

    /** {@return one of an enumeration's constants, written in lower case} */
    <E extends Enum<E>> E choice(final String key, final Class<E> type) {
        final Node value = value(key);
        if (value == null) {
            return null;
        }
        try {
            return Choices.parse(type, scalar(key, value));
        } catch (final IllegalArgumentException e) {
            throw error(value, quoted(path(key)) + " " + e.getMessage());
        }
    }

    /** {@return a list of texts; a single text counts as a list of one} Empty when the key is absent. */
    List<String> texts(final String key) {
        final Node value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof ScalarNode) {
            return List.of(scalar(key, value));
        }
        final List<String> texts = new ArrayList<>();
        for (final Node item : items(key, value)) {
            texts.add(scalar(key, item));
        }
        return List.copyOf(texts);
    }

    /**
     * One rule of a list: a text, or a mapping of it and what stands in place of what it takes out.
     *
     * @param placeholder null where the rule has none of its own.
     */
    record Rule(String text, String placeholder) {
    }

    /** {@return a list of rules; a single text counts as a list of one} Empty when the key is absent. */
    List<Rule> rules(final String key) {
        final Node value = value(key);
        if (!(value instanceof SequenceNode sequence)) {
            return texts(key).stream().map(text -> new Rule(text, null)).toList();
        }
        final List<Rule> rules = new ArrayList<>();
        for (final Node item : sequence.getValue()) {
            if (item instanceof MappingNode) {
                final YamlMap map = of(file, path(key) + "[" + rules.size() + "]", item);
                rules.add(new Rule(map.required("rule"), map.required("placeholder")));
                map.end();
            } else {
                rules.add(new Rule(scalar(key, item), null));
            }
        }
        return rules;
    }

    /** {@return a mapping inside this one} */
    YamlMap map(final String key) {
        final Node value = value(key);
        return value == null ? null : of(file, path(key), value);
    }

    /** {@return a list of mappings; empty when the key is absent} */
    List<YamlMap> maps(final String key) {
        final Node value = value(key);
        if (value == null) {
            return List.of();
        }
        final List<YamlMap> maps = new ArrayList<>();
        for (final Node item : items(key, value)) {
            maps.add(of(file, path(key) + "[" + maps.size() + "]", item));
        }
        return maps;
    }

    /** Ends reading: a key that nobody asked for is an error. */
    void end() {
        for (final Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                final String nearest = NearestName.of(entry.getKey(), known);
                throw error(entry.getValue().getKeyNode(), "unknown key " + quoted(path(entry.getKey()))
                        + (nearest == null ? "; known here: " + String.join(", ", known)
                                : "; did you mean " + quoted(nearest) + "?"));
            }
        }
    }

    /** {@return an error that names the file and the key's line, or the mapping's when the key is absent} */
    ConfigException error(final String key, final String problem) {
        final NodeTuple entry = entries.get(key);
        return error(entry == null ? node : entry.getValueNode(), problem);
    }

    /** {@return the whole path of a key, such as {@code endpoints[1].target_host}} */
    String path(final String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    private ConfigException error(final Node at, final String problem) {
        final String line = at.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
        return new ConfigException(file + line + ": " + problem);
    }

    private Node value(final String key) {
        known.add(key);
        final NodeTuple entry = entries.get(key);
        final boolean absent = entry == null || Tag.NULL.equals(entry.getValueNode().getTag());
        return absent ? null : entry.getValueNode();
    }

    private List<Node> items(final String key, final Node value) {
        if (value instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw error(value, quoted(path(key)) + " must be a list, but is " + kind(value));
    }

    private String scalar(final String key, final Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw error(value, quoted(path(key)) + " must be a single value, but is " + kind(value));
    }

    private static String kind(final Node node) {
        return switch (node) {
            case MappingNode ignored -> "a mapping";
            case SequenceNode ignored -> "a list";
            case ScalarNode scalar -> scalar.getValue().isEmpty() ? "nothing" : "the text " + quoted(scalar.getValue());
            default -> "something else";
        };
    }

    private static String quoted(final String text) {
        return "'" + text + "'";
    }
}
