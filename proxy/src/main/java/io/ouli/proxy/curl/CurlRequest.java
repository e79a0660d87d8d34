package io.ouli.proxy.curl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request as curl's flags shape it, from the first flag to the message. */
final class CurlRequest {
    private static final String CONTENT_TYPE = "Content-Type";

    private final CurlFiles files;
    /** Fields that curl sends by itself or for a flag; a line of {@code -H} replaces one. */
    private final Map<String, String> usual = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> cookies = new ArrayList<>();
    private CurlMultipart multipart;
    private ByteArrayOutputStream data;
    private String method;
    private boolean head;
    private boolean dataInQuery;
    private boolean touched;

    CurlRequest(final CurlFiles files) {
        this.files = files;
        usual.put("User-Agent", "curl");
        usual.put("Accept", "*/*");
    }

    /** {@return whether a flag was given} */
    boolean touched() {
        return touched;
    }

    void method(final String name) {
        touched = true;
        method = name;
    }

    void head() {
        touched = true;
        head = true;
    }

    void dataInQuery() {
        touched = true;
        dataInQuery = true;
    }

    void header(final String line) {
        touched = true;
        lines.add(line);
    }

    /** Sets a field that a line of {@code -H} may still replace; an empty value leaves it out. */
    void usual(final String name, final String value) {
        touched = true;
        if (value.isEmpty()) {
            usual.remove(name);
        } else {
            usual.put(name, value);
        }
    }

    void user(final String nameAndPassword) {
        final String both = nameAndPassword.contains(":") ? nameAndPassword : nameAndPassword + ":";
        usual("Authorization", "Basic " + Base64.getEncoder().encodeToString(CurlFiles.bytes(both)));
    }

    void cookie(final String value) {
        touched = true;
        if (!value.contains("=")) {
            throw new CurlException("curl's flag --cookie names the file " + value + ", and files of cookies are not"
                    + " read here; give name=value");
        }
        cookies.add(value);
    }

    void data(final byte[] more) {
        touched = true;
        if (data == null) {
            data = new ByteArrayOutputStream();
        } else {
            data.write('&');
        }
        data.writeBytes(more);
        usual.putIfAbsent(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }

    void json(final byte[] more) {
        touched = true;
        data = data == null ? new ByteArrayOutputStream() : data;
        data.writeBytes(more);
        usual.put(CONTENT_TYPE, "application/json");
        usual.put("Accept", "application/json");
    }

    /**
     * Adds a part of a form.
     *
     * @param special whether {@code @} and {@code <} name files, and {@code ;type=} a type.
     */
    void part(final String value, final boolean special) {
        touched = true;
        multipart = multipart == null ? new CurlMultipart(files) : multipart;
        multipart.add(value, special);
    }

    /** {@return the request to a URL} */
    byte[] message(final String typedUrl) {
        if (multipart != null && data != null) {
            throw new CurlException("curl takes --form or --data, not both; leave one out");
        }
        final CurlUrl url = CurlUrl.of(typedUrl);
        final byte[] body = multipart != null ? multipart.body()
                : data != null && !dataInQuery ? data.toByteArray() : null;
        final String query = data != null && dataInQuery ? data.toString(StandardCharsets.UTF_8) : null;
        final StringBuilder text = new StringBuilder()
                .append(methodFor(body)).append(' ').append(url.target(query)).append(" HTTP/1.1\r\n");
        fields(url, body).forEach(line -> text.append(line).append("\r\n"));
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(CurlFiles.bytes(text.append("\r\n").toString()));
        message.writeBytes(body == null ? new byte[0] : body);
        return message.toByteArray();
    }

    private String methodFor(final byte[] body) {
        return method != null ? method : head ? "HEAD" : body != null ? "POST" : "GET";
    }

    private List<String> fields(final CurlUrl url, final byte[] body) {
        final Map<String, String> own = new LinkedHashMap<>();
        own.put("Host", url.authority());
        if (url.user() != null) {
            usual.putIfAbsent("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(CurlFiles.bytes(url.user())));
        }
        own.putAll(usual);
        if (dataInQuery) {
            own.remove(CONTENT_TYPE);
        }
        if (!cookies.isEmpty()) {
            own.put("Cookie", String.join("; ", cookies));
        }
        if (multipart != null) {
            own.put(CONTENT_TYPE, multipart.contentType());
        }
        final List<String> fields = new ArrayList<>();
        for (final String line : lines) {
            line(line, own, fields);
        }
        own.forEach((name, value) -> fields.addFirst(name + ": " + value));
        if (body != null) {
            fields.add("Content-Length: " + body.length);
        }
        return fields;
    }

    /** Adds one line of {@code -H}: {@code Name: value} replaces, {@code Name:} removes, {@code Name;} is empty. */
    private static void line(final String line, final Map<String, String> own, final List<String> fields) {
        final int colon = line.indexOf(':');
        final boolean empty = colon < 0 && line.endsWith(";");
        if (colon < 0 && !empty) {
            throw new CurlException("curl's header '" + line + "' has no colon; write it as 'Name: value'");
        }
        final String name = empty ? line.substring(0, line.length() - 1) : line.substring(0, colon);
        own.keySet().removeIf(name::equalsIgnoreCase);
        final String lower = name.toLowerCase(Locale.ROOT);
        // The message is framed by its own length here, whatever the line says.
        if (!lower.equals("content-length") && !lower.equals("transfer-encoding")
                && (empty || !line.substring(colon + 1).isBlank())) {
            fields.add(name + ": " + (empty ? "" : line.substring(colon + 1).strip()));
        }
    }
}
