package io.ouli.proxy.config;

/**
 * A change to a response header, made while recording, before the client sees it and before it is stored.
 *
 * @param header  the field's name, in any case.
 * @param regex   RE2 syntax; every match in the value is replaced.
 * @param replace the replacement; {@code $1} is the first group.
 */
public record HeaderReplacement(String header, String regex, String replace) {
}
