package io.ouli.engine.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Finds in which parts two canonical forms differ, method first, body last. */
public final class FormDifferences {
    private static final int COST_METHOD = 64;
    private static final int COST_PATH = 32;
    private static final int COST_ABSENT = 8;
    private static final int COST_CHANGED = 4;
    private static final int COST_KIND = 16;
    /** Documents whose roots differ have nothing in common that could be shown. */
    private static final int COST_OTHER_DOCUMENT = 64;
    private static final int MAX_COST = 16;
    /** Characters of a value that are shown, and bytes around the first difference of two raw bodies. */
    private static final int SHOWN = 200;
    /** Bodies together above this are compared byte by byte, so that a huge one cannot hold a worker. */
    private static final int MAX_STRUCTURED_BYTES = 1 << 20;
    /** Stands for the value of a parameter that has none. */
    private static final Value NO_VALUE = new Value('Q', '-', "(no value)");

    private final List<FormDifference> found = new ArrayList<>();
    private final int limit;
    private long cost;
    private int count;

    /** A value, and what tells it from one of the same text: the tags of its name and of itself. */
    private record Value(char nameTag, char tag, String text) {
        /** {@return what makes it another value than what reads the same} */
        String notedText() {
            if (nameTag == 'q') {
                return text + " (the escapes of its name are unsound)";
            }
            return switch (tag) {
                case 'T' -> text + " (a placeholder)";
                case 'v' -> text + " (unsound, as it came)";
                case '-' -> text;
                default -> text + " (as it came)";
            };
        }
    }

    private FormDifferences(final int limit) {
        this.limit = limit;
    }

    /**
     * Compares two forms.
     *
     * @param limit how many differences are listed; all are counted.
     */
    public static FormDifferences between(final CanonicalForm recorded, final CanonicalForm received, final int limit) {
        final FormDifferences differences = new FormDifferences(limit);
        differences.compare(recorded, received);
        return differences;
    }

    /** {@return the differences, at most as many as were asked for} */
    public List<FormDifference> list() {
        return List.copyOf(found);
    }

    /** {@return how many there are} */
    public int count() {
        return count;
    }

    /** {@return their weight: the closer two requests, the less; 0 if they are one} */
    public long cost() {
        return cost;
    }

    private void compare(final CanonicalForm recorded, final CanonicalForm received) {
        if (!recorded.method().equals(received.method())) {
            add("method", null, recorded.method(), received.method(), COST_METHOD);
        }
        if (!recorded.path().equals(received.path())) {
            add("path", null, recorded.path(), received.path(),
                    COST_PATH + unlikeness(recorded.path(), received.path()));
        }
        compareNames("query.", recorded.fields(), received.fields(), "Qq");
        compareNames("header.", recorded.fields(), received.fields(), "H");
        compareCodings(coding(recorded), coding(received));
        compareBodies(recorded, received);
    }

    private void add(
            final String field, final String pointer, final String recorded, final String received, final int weight) {
        count++;
        cost += weight;
        if (found.size() < limit) {
            found.add(new FormDifference(field, pointer, cut(recorded), cut(received), weight));
        }
    }

    void addJson(final String field, final String pointer, final String recorded, final String received) {
        final int bytes = (recorded == null ? 0 : recorded.length()) + (received == null ? 0 : received.length());
        final int weight = recorded == null || received == null
                ? COST_ABSENT + bytes / 16
                : isContainer(recorded) || isContainer(received)
                ? COST_ABSENT + bytes / 8
                : COST_CHANGED + unlikeness(recorded, received) / 4;
        add(field, pointer, recorded, received, "".equals(pointer) ? COST_OTHER_DOCUMENT + weight : weight);
    }

    private static boolean isContainer(final String json) {
        return json.startsWith("{") || json.startsWith("[");
    }

    private static String cut(final String value) {
        return value == null || value.length() <= SHOWN
                ? value
                : value.substring(0, SHOWN) + "… (" + value.length() + " characters)";
    }

    /** {@return how unlike two texts are, from 0 to {@link #MAX_COST}: what lies between common beginning and end} */
    private static int unlikeness(final String left, final String right) {
        final int shorter = Math.min(left.length(), right.length());
        int head = 0;
        while (head < shorter && left.charAt(head) == right.charAt(head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head
                && left.charAt(left.length() - 1 - tail) == right.charAt(right.length() - 1 - tail)) {
            tail++;
        }
        final int longer = Math.max(left.length(), right.length());
        return longer == 0 ? 0 : (int) ((long) MAX_COST * (longer - head - tail) / longer);
    }

    /** Compares all fields with one of the tags by name, the values of one name in their order. */
    private void compareNames(
            final String prefix,
            final List<CanonicalForm.Field> recorded,
            final List<CanonicalForm.Field> received,
            final String tags) {
        final Map<String, List<Value>> left = values(recorded, tags);
        final Map<String, List<Value>> right = values(received, tags);
        final TreeSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        for (final String name : names) {
            final List<Value> leftValues = left.getOrDefault(name, List.of());
            final List<Value> rightValues = right.getOrDefault(name, List.of());
            for (int i = 0; i < Math.max(leftValues.size(), rightValues.size()); i++) {
                final Value leftValue = i < leftValues.size() ? leftValues.get(i) : null;
                final Value rightValue = i < rightValues.size() ? rightValues.get(i) : null;
                compareValues(prefix + name + (i == 0 ? "" : "[" + i + "]"), leftValue, rightValue);
            }
        }
    }

    private void compareValues(final String field, final Value recorded, final Value received) {
        if (recorded == null || received == null) {
            add(field, null, recorded == null ? null : recorded.text, received == null ? null : received.text,
                    COST_ABSENT);
        } else if (!recorded.equals(received)) {
            final boolean reads = recorded.text.equals(received.text);
            add(field, null, reads ? recorded.notedText() : recorded.text, reads ? received.notedText() : received.text,
                    COST_CHANGED + unlikeness(recorded.text, received.text) / 4);
        }
    }

    /** Compares the codings of bodies that could not be decoded, so that they count as they came. */
    private void compareCodings(final String recorded, final String received) {
        if (!Objects.equals(recorded, received)) {
            add("body.coding", null, recorded, received, COST_ABSENT);
        }
    }

    private static String coding(final CanonicalForm form) {
        return form.fields().stream().filter(field -> field.tag() == 'E').map(CanonicalForm.Field::text).findFirst()
                .orElse(null);
    }

    private static Map<String, List<Value>> values(final List<CanonicalForm.Field> fields, final String tags) {
        final Map<String, List<Value>> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            final CanonicalForm.Field name = fields.get(i);
            if (tags.indexOf(name.tag()) < 0) {
                continue;
            }
            final List<Value> own = values.computeIfAbsent(name.text(), any -> new ArrayList<>());
            final int before = own.size();
            while (i + 1 < fields.size() && "VvT".indexOf(fields.get(i + 1).tag()) >= 0) {
                i++;
                own.add(new Value(name.tag(), fields.get(i).tag(), fields.get(i).text()));
            }
            if (own.size() == before) {
                own.add(name.tag() == 'q' ? new Value('q', '-', NO_VALUE.text) : NO_VALUE);
            }
        }
        return values;
    }

    private void compareBodies(final CanonicalForm recorded, final CanonicalForm received) {
        final byte[] left = recorded.body();
        final byte[] right = received.body();
        final byte kind = recorded.bodyKind();
        if (kind != received.bodyKind()) {
            add("body.kind", null, kindName(kind), kindName(received.bodyKind()), COST_KIND);
            if (kind == BodyForm.NONE || received.bodyKind() == BodyForm.NONE) {
                add("body", null,
                        kind == BodyForm.NONE ? null : shown(kind, left),
                        kind != BodyForm.NONE ? null : shown(received.bodyKind(), right),
                        COST_ABSENT);
                return;
            }
        }
        if (Arrays.equals(left, right)) {
            return;
        }
        if (kind != received.bodyKind() || left.length + right.length > MAX_STRUCTURED_BYTES) {
            compareRaw("body", left, right);
            return;
        }
        switch (kind) {
            case BodyForm.JSON -> compareJson("body", left, 0, left.length, right, 0, right.length);
            case BodyForm.JSON_LINES -> compareLines(left, right);
            case BodyForm.FORM -> compareNames(
                    "form.",
                    CanonicalForm.split(left, 0, left.length),
                    CanonicalForm.split(right, 0, right.length),
                    "Qq");
            case BodyForm.MULTIPART -> compareParts(
                    CanonicalForm.split(left, 0, left.length), CanonicalForm.split(right, 0, right.length));
            default -> compareRaw("body", left, right);
        }
    }

    private void compareJson(
            final String field,
            final byte[] left,
            final int leftFrom,
            final int leftTo,
            final byte[] right,
            final int rightFrom,
            final int rightTo) {
        new JsonDifferences(this, field).compare(left, leftFrom, leftTo, right, rightFrom, rightTo);
    }

    /** {@return the beginning of a body: of a form or a multipart its fields in one line} */
    private static String shown(final byte kind, final byte[] body) {
        if (kind != BodyForm.FORM && kind != BodyForm.MULTIPART) {
            return CanonicalForm.text(body, 0, Math.min(body.length, SHOWN * 4));
        }
        final StringBuilder text = new StringBuilder();
        for (final CanonicalForm.Field field : CanonicalForm.split(body, 0, body.length)) {
            if (text.length() > SHOWN * 4) {
                break;
            }
            final boolean value = "VvT".indexOf(field.tag()) >= 0;
            text.append(value ? "=" : text.isEmpty() ? "" : "&").append(field.text());
        }
        return text.toString();
    }

    private static String kindName(final byte kind) {
        return switch (kind) {
            case BodyForm.NONE -> "none";
            case BodyForm.JSON -> "JSON";
            case BodyForm.JSON_LINES -> "JSON lines";
            case BodyForm.FORM -> "form";
            case BodyForm.MULTIPART -> "multipart";
            case BodyForm.TEMPLATE -> "raw, with placeholders";
            default -> "raw";
        };
    }

    private void compareLines(final byte[] left, final byte[] right) {
        int leftAt = 0;
        int rightAt = 0;
        for (int line = 0; leftAt < left.length || rightAt < right.length; line++) {
            final int leftEnd = lineEnd(left, leftAt);
            final int rightEnd = lineEnd(right, rightAt);
            final String field = "line[" + line + "]";
            if (leftAt < left.length && rightAt < right.length) {
                compareJson(field, left, leftAt, leftEnd, right, rightAt, rightEnd);
            } else if (leftAt < left.length) {
                addJson(field, null, CanonicalForm.text(left, leftAt, leftEnd), null);
            } else {
                addJson(field, null, null, CanonicalForm.text(right, rightAt, rightEnd));
            }
            leftAt = Math.min(leftEnd + 1, left.length);
            rightAt = Math.min(rightEnd + 1, right.length);
        }
    }

    private static int lineEnd(final byte[] lines, final int start) {
        int at = start;
        while (at < lines.length && lines[at] != '\n') {
            at++;
        }
        return at;
    }

    private void compareParts(final List<CanonicalForm.Field> left, final List<CanonicalForm.Field> right) {
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            final byte[] recorded = i < left.size() ? left.get(i).content() : null;
            final byte[] received = i < right.size() ? right.get(i).content() : null;
            final String field = "part[" + i + "]";
            if (recorded == null || received == null) {
                addJson(
                        field,
                        null,
                        recorded == null ? null : CanonicalForm.text(recorded, 0, Math.min(recorded.length, SHOWN)),
                        received == null ? null : CanonicalForm.text(received, 0, Math.min(received.length, SHOWN)));
            } else if (!Arrays.equals(recorded, received) || left.get(i).tag() != right.get(i).tag()) {
                compareRaw(field, recorded, received);
            }
        }
    }

    /** Shows what surrounds the first different byte. */
    private void compareRaw(final String field, final byte[] left, final byte[] right) {
        final int at = Arrays.mismatch(left, right);
        final int from = Math.max(0, at - SHOWN / 4);
        final String where = at < 0 ? field : field + "@" + at;
        final int longer = Math.max(left.length, right.length);
        final int unlike = at < 0 ? 0 : (int) ((long) MAX_COST * (longer - at) / longer);
        add(where, null,
                CanonicalForm.text(left, from, Math.min(left.length, from + SHOWN / 2)),
                CanonicalForm.text(right, from, Math.min(right.length, from + SHOWN / 2)),
                COST_CHANGED + unlike);
    }
}
