package io.ouli.perf.corpus;

import java.util.List;

/**
 * One request and the reply that it must get.
 *
 * @param method   in upper case.
 * @param target   the request target in origin form.
 * @param headers  field lines without {@code Host} and {@code Content-Length}, which are added for each server.
 * @param body     the request's body, empty without one. Not copied.
 * @param expected the reply, or null when anything is accepted.
 */
public record CorpusItem(String method, String target, List<String> headers, byte[] body, ExpectedReply expected) {
    /** {@return the same request with another expectation} */
    public CorpusItem expecting(final ExpectedReply reply) {
        return new CorpusItem(method, target, headers, body, reply);
    }
}
