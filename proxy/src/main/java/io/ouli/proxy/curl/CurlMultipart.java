package io.ouli.proxy.curl;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** The body that curl makes of {@code -F}. Its boundary is fixed: no key depends on it. */
final class CurlMultipart {
    private static final String BOUNDARY = "------------------------ouli0000000000000000";

    private final CurlFiles files;
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    CurlMultipart(final CurlFiles files) {
        this.files = files;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    void add(final String value, final boolean special) {
        final int equals = value.indexOf('=');
        if (equals < 0) {
            throw new CurlException("curl's form part '" + value + "' has no '='; write it as name=value");
        }
        final String name = value.substring(0, equals);
        final String content = value.substring(equals + 1);
        if (special) {
            addSpecial(name, content);
        } else {
            add(name, null, null, CurlFiles.bytes(content));
        }
    }

    private void addSpecial(final String name, final String typed) {
        final boolean upload = typed.startsWith("@");
        final boolean fromFile = upload || typed.startsWith("<");
        String type = null;
        String fileName = null;
        final String[] words = typed.split(";");
        int end = words.length;
        while (end > 1 && (words[end - 1].startsWith("type=") || words[end - 1].startsWith("filename="))) {
            end--;
            final String attribute = words[end].substring(words[end].indexOf('=') + 1);
            if (words[end].startsWith("type=")) {
                type = attribute;
            } else {
                fileName = attribute.replaceAll("^\"|\"$", "");
            }
        }
        final String content = end == words.length ? typed : String.join(";", Arrays.copyOf(words, end));
        if (!fromFile) {
            add(name, fileName, type, CurlFiles.bytes(content));
            return;
        }
        final String path = content.substring(1);
        final byte[] bytes = files.read(path);
        if (upload) {
            add(name, fileName == null ? Path.of(path).getFileName().toString() : fileName,
                    type == null ? typeOf(path) : type, bytes);
        } else {
            add(name, fileName, type, bytes);
        }
    }

    /** {@return curl's guess for a file} */
    private static String typeOf(final String path) {
        final String lower = path.toLowerCase(Locale.ROOT);
        final String ending = lower.substring(lower.lastIndexOf('.') + 1);
        return switch (ending) {
            case "gif" -> "image/gif";
            case "jpg", "jpeg" -> "image/jpeg";
            case "png" -> "image/png";
            case "svg" -> "image/svg+xml";
            case "txt" -> "text/plain";
            case "htm", "html" -> "text/html";
            case "pdf" -> "application/pdf";
            case "xml" -> "application/xml";
            default -> "application/octet-stream";
        };
    }

    private void add(final String name, final String fileName, final String type, final byte[] content) {
        final StringBuilder head = new StringBuilder("--").append(BOUNDARY)
                .append("\r\nContent-Disposition: form-data; name=\"").append(escaped(name)).append('"');
        if (fileName != null) {
            head.append("; filename=\"").append(escaped(fileName)).append('"');
        }
        if (type != null) {
            head.append("\r\nContent-Type: ").append(type);
        }
        parts.writeBytes(CurlFiles.bytes(head.append("\r\n\r\n").toString()));
        parts.writeBytes(content);
        parts.writeBytes(CurlFiles.bytes("\r\n"));
    }

    private static String escaped(final String text) {
        return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    byte[] body() {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(parts.toByteArray());
        body.writeBytes(CurlFiles.bytes("--" + BOUNDARY + "--\r\n"));
        return body.toByteArray();
    }
}
