package io.ouli.engine.redaction;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One way in which a text may stand in another: written as different encoders write it, and read by plain means. */
enum Wrapping {
    URL {
        @Override
        byte[] wrap(final byte[] inner, final Random random) {
            final String hex = random.nextBoolean() ? "%%%02X" : "%%%02x";
            final String plain = random.nextBoolean() ? "-_.~" : "-_.!~*'()";
            final boolean plus = random.nextBoolean();
            final StringBuilder out = new StringBuilder("https://h/p?a=1&q=");
            for (final byte b : inner) {
                final char c = (char) (b & 0xff);
                if (c == ' ' && plus) {
                    out.append('+');
                } else if (c < 0x80 && Character.isLetterOrDigit(c) || plain.indexOf(c) >= 0) {
                    out.append(c);
                } else {
                    out.append(String.format(hex, (int) c));
                }
            }
            return bytes(out.append("&z=2"));
        }

        @Override
        byte[] unwrap(final byte[] outer) {
            final String text = text(outer);
            final String value = text.substring(text.indexOf("&q=") + 3, text.lastIndexOf("&z=2"));
            return URLDecoder.decode(value, StandardCharsets.ISO_8859_1)
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    },

    JSON {
        @Override
        byte[] wrap(final byte[] inner, final Random random) {
            final StringBuilder out = new StringBuilder("{\"id\": 7, \"value\": \"");
            final boolean slash = random.nextBoolean();
            // What encoders are careful about: nothing, HTML, URLs, or all there is.
            final int care = random.nextInt(4);
            final String escaped = care == 1 ? "<>&'=" : care == 2 ? "%+=&" : "";
            // Text in JSON is UTF-8; escapes stand for characters, not for bytes.
            for (final char c : new String(inner, StandardCharsets.UTF_8).toCharArray()) {
                if (c == '"' || c == '\\' || c == '/' && slash) {
                    out.append('\\').append(c);
                } else if (c < ' ' || care == 3 || escaped.indexOf(c) >= 0) {
                    out.append(String.format(random.nextBoolean() ? "\\u%04X" : "\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            return out.append("\", \"n\": null}").toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        byte[] unwrap(final byte[] outer) {
            final String text = new String(outer, StandardCharsets.UTF_8);
            final String value = text.substring(text.indexOf("\"value\": \"") + 10, text.lastIndexOf("\", \"n\""));
            final StringBuilder out = new StringBuilder();
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) != '\\') {
                    out.append(value.charAt(i));
                } else if (value.charAt(++i) == 'u') {
                    out.append((char) Integer.parseInt(value.substring(i + 1, i + 5), 16));
                    i += 4;
                } else {
                    out.append(value.charAt(i));
                }
            }
            return out.toString().getBytes(StandardCharsets.UTF_8);
        }
    },

    HTML {
        @Override
        byte[] wrap(final byte[] inner, final Random random) {
            final int style = random.nextInt(3);
            final StringBuilder out = new StringBuilder("<p class=\"x\">");
            for (final byte b : inner) {
                final int c = b & 0xff;
                if (c >= 0x80 || "&<>\"'".indexOf(c) < 0 && (style == 0 || c != '/')) {
                    out.append((char) c);
                } else if (style == 0 && "&<>\"".indexOf(c) >= 0) {
                    out.append(c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
                } else {
                    out.append(String.format(style == 1 ? "&#x%X;" : "&#%d;", c));
                }
            }
            return bytes(out.append("</p>"));
        }

        @Override
        byte[] unwrap(final byte[] outer) {
            final String text = text(outer);
            final String value = text.substring(text.indexOf('>') + 1, text.lastIndexOf("</p>"));
            return Pattern.compile("&(?:#x([0-9A-F]+)|#([0-9]+)|(amp|lt|gt|quot));")
                    .matcher(value)
                    .replaceAll(match -> Matcher.quoteReplacement(named(match)))
                    .getBytes(StandardCharsets.ISO_8859_1);
        }

        private String named(final MatchResult match) {
            if (match.group(1) != null) {
                return String.valueOf((char) Integer.parseInt(match.group(1), 16));
            }
            if (match.group(2) != null) {
                return String.valueOf((char) Integer.parseInt(match.group(2)));
            }
            return switch (match.group(3)) {
                case "amp" -> "&";
                case "lt" -> "<";
                case "gt" -> ">";
                default -> "\"";
            };
        }
    },

    BASE64 {
        @Override
        byte[] wrap(final byte[] inner, final Random random) {
            final Base64.Encoder encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
            final Base64.Encoder padded = random.nextBoolean() ? encoder : encoder.withoutPadding();
            final byte[] before = bytes("user:x".substring(0, random.nextInt(7)) + "|");
            final byte[] after = bytes("|tail".substring(0, 1 + random.nextInt(5)));
            return bytes("Basic " + padded.encodeToString(Messages.concat(before, Messages.concat(inner, after))));
        }

        @Override
        byte[] unwrap(final byte[] outer) {
            final String text = text(outer).substring(6).replace('-', '+').replace('_', '/');
            final String decoded = text(Base64.getDecoder().decode(text));
            return bytes(decoded.substring(decoded.indexOf('|') + 1, decoded.lastIndexOf('|')));
        }
    },

    MIME {
        @Override
        byte[] wrap(final byte[] inner, final Random random) {
            final byte[] before = bytes("x".repeat(random.nextInt(90)) + "|");
            final byte[] encoded = Base64.getMimeEncoder(random.nextBoolean() ? 76 : 64, bytes("\r\n"))
                    .encode(Messages.concat(before, Messages.concat(inner, bytes("|" + "y".repeat(30)))));
            return bytes("begin\n" + text(encoded) + "\nend.");
        }

        @Override
        byte[] unwrap(final byte[] outer) {
            final String text = text(outer);
            final String decoded = text(Base64.getMimeDecoder().decode(text.substring(6, text.length() - 5)));
            return bytes(decoded.substring(decoded.indexOf('|') + 1, decoded.lastIndexOf('|')));
        }
    };

    /** Puts a text into another one. */
    abstract byte[] wrap(byte[] inner, Random random);

    boolean isBase64() {
        return this == BASE64 || this == MIME;
    }

    /** Takes it out again. */
    abstract byte[] unwrap(byte[] outer);

    private static byte[] bytes(final CharSequence text) {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
