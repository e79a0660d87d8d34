package io.ouli.engine.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The shapes that are known, as their vendors document them. */
final class TokenShapes {
    static final String JWT = "json-web-token";
    static final String BASIC = "basic-credentials";
    static final String PRIVATE_KEY = "private-key";
    static final String URL_PASSWORD = "url-password";
    private static final String WORD = "A-Za-z0-9_-";
    private static final String ALPHANUMERIC = "A-Za-z0-9";
    private static final String BASE64 = "A-Za-z0-9+/=_-";
    private static final int ANY = 8_192;

    private TokenShapes() {
    }

    static List<TokenShape> all() {
        final List<TokenShape> shapes = new ArrayList<>();
        for (final String prefix : List.of("AKIA", "ASIA")) {
            shapes.add(TokenShape.of("aws-access-key", prefix, "A-Z0-9", 16, 16).withChance(2.5));
        }
        for (final String prefix : List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) {
            shapes.add(TokenShape.of("github-token", prefix, ALPHANUMERIC, 36, 255));
        }
        shapes.add(TokenShape.of("github-token", "github_pat_", "A-Za-z0-9_", 36, 255));
        shapes.add(TokenShape.of("gitlab-token", "glpat-", WORD, 20, 255));
        for (final String prefix : List.of("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-")) {
            shapes.add(TokenShape.of("slack-token", prefix, "A-Za-z0-9-", 10, 255).withChance(2));
        }
        shapes.add(TokenShape.of("slack-webhook", "https://hooks.slack.com/services/", "A-Za-z0-9/", 20, 255));
        for (final String prefix : List.of("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_")) {
            shapes.add(TokenShape.of("stripe-key", prefix, ALPHANUMERIC, 16, 255));
        }
        shapes.add(TokenShape.of("google-api-key", "AIza", WORD, 35, 35));
        shapes.add(TokenShape.of("google-oauth-token", "ya29.", "A-Za-z0-9_.-", 20, ANY));
        shapes.add(TokenShape.of("google-client-secret", "GOCSPX-", WORD, 28, 28));
        for (final String prefix : List.of("sk-", "sk-proj-", "sk-svcacct-", "sk-admin-")) {
            shapes.add(TokenShape.of("openai-key", prefix, WORD, 20, 255).withChance(3.5));
        }
        shapes.add(TokenShape.of("anthropic-key", "sk-ant-", WORD, 20, 255).withChance(3.5));
        shapes.add(TokenShape.of("npm-token", "npm_", ALPHANUMERIC, 36, 36));
        shapes.add(TokenShape.of("pypi-token", "pypi-AgEI", WORD, 50, ANY));
        shapes.add(TokenShape.of("hugging-face-token", "hf_", ALPHANUMERIC, 34, 34));
        shapes.add(TokenShape.of("sendgrid-key", "SG.", "A-Za-z0-9_.-", 66, 66));
        shapes.add(TokenShape.of("twilio-key", "SK", "0-9a-f", 32, 32));
        shapes.add(TokenShape.of("digitalocean-token", "dop_v1_", "0-9a-f", 64, 64));
        shapes.add(TokenShape.of("shopify-token", "shpat_", "0-9a-fA-F", 32, 32));
        shapes.add(TokenShape.of(JWT, "eyJ", "A-Za-z0-9_.-", 20, ANY));
        for (final String prefix : List.of("Bearer ", "bearer ")) {
            shapes.add(TokenShape.of("bearer-token", prefix, "A-Za-z0-9._~+/=-", 20, ANY).withChance(3.5)
                    .with(Confidence.MEDIUM));
        }
        for (final String prefix : List.of("Basic ", "basic ")) {
            shapes.add(TokenShape.of(BASIC, prefix, BASE64, 6, ANY));
        }
        shapes.add(TokenShape.of(PRIVATE_KEY, "-----BEGIN ", "A-Z -", 16, 64).withExpression(
                "-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----[^-]*(-----END [A-Z ]*-----)?"));
        shapes.add(TokenShape.of(URL_PASSWORD, "://", "A-Za-z0-9._~!$*+:%@-", 4, 512)
                .withExpression("://[^/:@\\s\"']+:[^/:@\\s\"']+@"));
        return List.copyOf(shapes);
    }

    /** {@return whether what has a shape is what the shape is for, where characters alone do not tell} */
    static boolean confirm(final TokenShape shape, final byte[] text, final int start, final int end) {
        final String token = new String(text, start, end - start, StandardCharsets.ISO_8859_1);
        return switch (shape.rule()) {
            case JWT -> isWebToken(token);
            case BASIC -> isBasic(token.substring(shape.prefix().length()));
            case PRIVATE_KEY -> token.matches("-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----.*");
            case URL_PASSWORD -> hasPassword(token.substring(shape.prefix().length()));
            default -> true;
        };
    }

    private static boolean isWebToken(final String token) {
        final String[] parts = token.split("\\.", -1);
        return parts.length >= 3 && !parts[1].isEmpty() && decoded(parts[0]).matches("\\{.*\"(alg|enc)\".*");
    }

    private static boolean isBasic(final String base64) {
        final String credentials = decoded(base64);
        final int colon = credentials.indexOf(':');
        return colon >= 0 && colon < credentials.length() - 1
                && credentials.chars().allMatch(c -> c >= ' ' && c != 0x7f)
                && !NamedValues.isStandIn(credentials.substring(colon + 1));
    }

    private static boolean hasPassword(final String authority) {
        final int at = authority.indexOf('@');
        final int colon = authority.indexOf(':');
        return colon > 0 && at > colon + 1 && !NamedValues.isStandIn(authority.substring(colon + 1, at));
    }

    private static String decoded(final String base64) {
        try {
            final String standard = base64.replace('-', '+').replace('_', '/').replaceAll("=+$", "");
            return new String(Base64.getDecoder().decode(standard), StandardCharsets.ISO_8859_1);
        } catch (final IllegalArgumentException e) {
            return "";
        }
    }
}
