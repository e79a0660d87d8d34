package io.ouli.perf.corpus;

/**
 * What a reply must be. Heads differ between servers (dates, names), so status and body are compared.
 *
 * @param status the status code.
 * @param body   the body after transfer decoding, or null when only the status is known to be stable. Not copied.
 */
public record ExpectedReply(int status, byte[] body) {
}
