package io.ouli.engine.fingerprint;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Canonical form 1 under the default policy, slow and plain, written from docs/FINGERPRINT.md: what the fast one is
 * compared with. Bytes are the characters of ISO-8859-1 strings. Content codings are left out.
 */
final class ReferenceForm {
    private static final String UNRESERVED = "[A-Za-z0-9._~-]";
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*");
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private static final Pattern TYPE = Pattern.compile("(?:" + TOKEN + "|/)+");
    private static final Pattern PARAMETER = Pattern.compile(
            "(" + TOKEN + "+)=(?:(" + TOKEN + "+)|\"((?:[^\"\\\\]|\\\\.)*)\")", Pattern.DOTALL);
    private static final List<String> COUNTED = List.of("accept", "content-type", "range");
    private static final List<String> LINE_TYPES = List.of(
            "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines",
            "application/x-jsonlines", "application/json-lines");

    private final ByteArrayOutputStream form = new ByteArrayOutputStream();
    /** The canonical parts of a multipart body, or null. */
    private String parts;

    private ReferenceForm() {
    }

    /** Returns the form of a request whose header fields are trimmed. */
    static byte[] of(
            final String method,
            final String target,
            final List<Map.Entry<String, String>> headers,
            final byte[] body) {
        final ReferenceForm reference = new ReferenceForm();
        reference.form.writeBytes(latin1("ouli/1"));
        reference.field('M', upper(method));
        reference.target(target);
        reference.parts = parts(types(headers), new String(body, StandardCharsets.ISO_8859_1));
        reference.headers(headers);
        reference.body(headers, new String(body, StandardCharsets.ISO_8859_1));
        return reference.form.toByteArray();
    }

    private static byte[] latin1(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String upper(final String text) {
        return text.chars().map(c -> c >= 'a' && c <= 'z' ? c - 32 : c).mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static String lower(final String text) {
        return text.chars().map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c).mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private void field(final char tag, final String content) {
        form.write(tag);
        form.writeBytes(ByteBuffer.allocate(4).putInt(content.length()).array());
        form.writeBytes(latin1(content));
    }

    private void target(final String target) {
        String rest = target;
        if (!target.startsWith("/")) {
            final Matcher authority = AUTHORITY.matcher(target);
            if (!authority.lookingAt()) {
                field('p', target);
                return;
            }
            rest = target.substring(authority.end());
        }
        final int question = rest.indexOf('?');
        path(question < 0 ? rest : rest.substring(0, question));
        if (question >= 0) {
            parameters(rest.substring(question + 1));
        }
    }

    private void path(final String path) {
        if (BROKEN_ESCAPE.matcher(path).find() || path.contains("#")) {
            field('p', path);
            return;
        }
        final StringBuilder spelled = new StringBuilder();
        final Matcher unit = Pattern.compile("%..|.", Pattern.DOTALL).matcher(path.isEmpty() ? "/" : path);
        while (unit.find()) {
            final String text = unit.group();
            final char c = text.length() == 3 ? (char) Integer.parseInt(text.substring(1), 16) : text.charAt(0);
            final boolean plain = Character.toString(c).matches(UNRESERVED)
                    || text.length() == 1 && "!$&'()*+,;=:@/".indexOf(c) >= 0;
            spelled.append(plain ? Character.toString(c) : String.format("%%%02X", (int) c));
        }
        final String[] segments = spelled.toString().replaceAll("/+", "/").substring(1).split("/", -1);
        final List<String> kept = new ArrayList<>();
        for (int i = 0; i < segments.length; i++) {
            final boolean dots = segments[i].equals("..");
            if (dots && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!dots && !segments[i].equals(".")) {
                kept.add(segments[i]);
            } else if (i == segments.length - 1) {
                kept.add("");
            }
        }
        field('P', "/" + String.join("/", kept));
    }

    /** A name or value with its tag. */
    private record Part(char tag, String text) {
        static Part of(final char tag, final String text) {
            if (BROKEN_ESCAPE.matcher(text).find()) {
                return new Part(Character.toLowerCase(tag), text);
            }
            return new Part(tag, ESCAPE.matcher(text.replace('+', ' ')).replaceAll(escape ->
                    Matcher.quoteReplacement(Character.toString(Integer.parseInt(escape.group(1), 16)))));
        }
    }

    private void parameters(final String query) {
        final List<Part[]> parameters = new ArrayList<>();
        for (final String piece : query.split("&")) {
            if (!piece.isEmpty()) {
                final String[] parts = piece.split("=", 2);
                parameters.add(parts.length == 1
                        ? new Part[] {Part.of('Q', parts[0])}
                        : new Part[] {Part.of('Q', parts[0]), Part.of('V', parts[1])});
            }
        }
        parameters.sort(Comparator.comparing(parameter -> parameter[0].tag() + parameter[0].text()));
        parameters.forEach(parameter -> {
            for (final Part part : parameter) {
                field(part.tag(), part.text());
            }
        });
    }

    private void headers(final List<Map.Entry<String, String>> headers) {
        final TreeMap<String, List<String>> counted = new TreeMap<>();
        for (final Map.Entry<String, String> header : headers) {
            if (COUNTED.contains(lower(header.getKey()))) {
                counted.computeIfAbsent(lower(header.getKey()), any -> new ArrayList<>()).add(header.getValue());
            }
        }
        counted.forEach((name, values) -> {
            field('H', name);
            for (final String value : values) {
                switch (name) {
                    case "accept" -> elements(value).forEach(element -> mediaType(element, false));
                    case "content-type" -> mediaType(value, true);
                    default -> field('V', value);
                }
            }
        });
    }

    private static List<String> elements(final String value) {
        final List<String> elements = new ArrayList<>();
        final StringBuilder element = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == ',' && !quoted) {
                elements.add(element.toString());
                element.setLength(0);
                continue;
            }
            quoted ^= c == '"';
            element.append(c);
            if (quoted && c == '\\' && i + 1 < value.length()) {
                element.append(value.charAt(++i));
            }
        }
        elements.add(element.toString());
        return elements.stream().map(ReferenceForm::trim).filter(text -> !text.isEmpty()).toList();
    }

    private static String trim(final String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private void mediaType(final String value, final boolean sorted) {
        final List<String[]> parameters = new ArrayList<>();
        final String type = parse(value, parameters);
        if (type == null) {
            field('v', value);
            return;
        }
        if (sorted) {
            parameters.sort(Comparator.comparing(parameter -> parameter[0]));
        }
        field('V', type + parameters.stream()
                .map(parameter -> sorted && parts != null && parameter[0].equals("boundary")
                        ? ";boundary" : ";" + parameter[0] + "=" + quoted(parameter[1]))
                .collect(Collectors.joining()));
    }

    /** Returns a media type's type, its parameters in their order; null if it is none. */
    private static String parse(final String value, final List<String[]> parameters) {
        final Matcher type = TYPE.matcher(value);
        boolean sound = type.lookingAt();
        String rest = sound ? trim(value.substring(type.end())) : "";
        while (sound && !rest.isEmpty()) {
            sound = rest.startsWith(";");
            rest = sound ? trim(rest.substring(1)) : rest;
            if (sound && !rest.isEmpty() && !rest.startsWith(";")) {
                final Matcher parameter = PARAMETER.matcher(rest);
                sound = parameter.lookingAt();
                if (sound) {
                    final String name = lower(parameter.group(1));
                    final String text = parameter.group(2) != null
                            ? parameter.group(2)
                            : Pattern.compile("\\\\(.)", Pattern.DOTALL).matcher(parameter.group(3)).replaceAll("$1");
                    parameters.add(new String[] {name, name.equals("charset") ? lower(text) : text});
                    rest = trim(rest.substring(parameter.end()));
                }
            }
        }
        return sound ? lower(type.group()) : null;
    }

    private static String quoted(final String value) {
        return value.matches(TOKEN + "+")
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void body(final List<Map.Entry<String, String>> headers, final String body) {
        if (body.isEmpty()) {
            return;
        }
        final List<String> types = types(headers);
        final Matcher matcher = TYPE.matcher(types.size() == 1 ? types.get(0) : "");
        final String type = matcher.lookingAt() ? lower(matcher.group()) : "";
        final String unmarked = body.startsWith("\u00ef\u00bb\u00bf") ? body.substring(3) : body;
        String content = 'r' + body;
        if (parts != null) {
            content = 'm' + parts;
        } else if (type.equals("application/x-www-form-urlencoded")) {
            final ReferenceForm own = new ReferenceForm();
            own.parameters(body);
            content = 'f' + own.form.toString(StandardCharsets.ISO_8859_1);
        } else {
            try {
                if (type.equals("application/json") || type.equals("text/json") || type.matches(".+\\+json")) {
                    content = 'j' + json(unmarked);
                } else if (LINE_TYPES.contains(type)) {
                    content = 'n' + lines(unmarked);
                }
            } catch (final IllegalArgumentException | CharacterCodingException unsound) {
                content = 'r' + body;
            }
        }
        field('B', content);
    }

    private static List<String> types(final List<Map.Entry<String, String>> headers) {
        return headers.stream()
                .filter(header -> lower(header.getKey()).equals("content-type"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Returns the fields of a sound multipart body, or null. */
    private static String parts(final List<String> types, final String body) {
        final List<String[]> parameters = new ArrayList<>();
        final String type = types.size() == 1 ? parse(types.get(0), parameters) : null;
        final List<String> boundaries = parameters.stream().filter(each -> each[0].equals("boundary"))
                .map(each -> each[1]).toList();
        if (type == null || !type.matches("multipart/.+") || boundaries.size() != 1 || boundaries.get(0).isEmpty()) {
            return null;
        }
        final Matcher delimiter = Pattern.compile(
                "(?:\\A|\r\n)--" + Pattern.quote(boundaries.get(0)) + "(--|[ \t]*\r\n)").matcher(body);
        final ReferenceForm own = new ReferenceForm();
        int from = -1;
        while (delimiter.find()) {
            if (from >= 0) {
                own.field('D', body.substring(from, delimiter.start()));
            } else if (delimiter.start() > 0) {
                own.field('X', body.substring(0, delimiter.start()));
            }
            from = delimiter.end();
            if (delimiter.group(1).equals("--")) {
                if (from < body.length()) {
                    own.field('Y', body.substring(from));
                }
                return own.form.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    private static String lines(final String body) throws CharacterCodingException {
        final StringBuilder lines = new StringBuilder();
        for (final String line : body.split("\n", -1)) {
            if (!line.matches("[ \t\r]*")) {
                lines.append(json(line)).append('\n');
            }
        }
        return lines.toString();
    }

    private static String json(final String latin1) throws CharacterCodingException {
        final String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(latin1(latin1))).toString();
        return spell(PlainJson.read(text));
    }

    private static String spell(final Object value) {
        if (value == PlainJson.NULL) {
            return "null";
        }
        return switch (value) {
            case final Boolean flag -> flag.toString();
            case final String text -> '"' + spellText(text) + '"';
            case final PlainJson.Array array -> array.elements().stream()
                    .map(ReferenceForm::spell)
                    .collect(Collectors.joining(",", "[", "]"));
            case final PlainJson.Members members -> members.entries().stream()
                    .map(entry -> Map.entry(spellText(entry.getKey()), spell(entry.getValue())))
                    .sorted(Map.Entry.comparingByKey())
                    .map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
            case final PlainJson.Number number -> spellNumber(number);
            default -> throw new AssertionError(value);
        };
    }

    private static String spellNumber(final PlainJson.Number number) {
        BigInteger digits = number.digits();
        BigInteger exponent = number.exponent();
        if (digits.signum() == 0) {
            return "0";
        }
        while (digits.mod(BigInteger.TEN).signum() == 0) {
            digits = digits.divide(BigInteger.TEN);
            exponent = exponent.add(BigInteger.ONE);
        }
        return digits + (exponent.signum() == 0 ? "" : "e" + exponent);
    }

    private static String spellText(final String text) {
        final StringBuilder spelled = new StringBuilder();
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            final int c = text.codePointAt(at);
            final int which = "\"\\\b\t\n\f\r".indexOf(c);
            if (which >= 0) {
                spelled.append('\\').append("\"\\btnfr".charAt(which));
            } else if (c < ' ' || c >= 0xd800 && c <= 0xdfff) {
                spelled.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                spelled.append(new String(Character.toString(c).getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1));
            }
        }
        return spelled.toString();
    }
}
