package io.ouli.proxy.demo;

import java.util.List;

/**
 * What the sample upstream answers.
 *
 * @param status  the status code.
 * @param headers names and values by turns; a name may come again.
 * @param body    empty for none.
 * @param chunks  0 for a Content-Length, otherwise into how many chunks the body is cut.
 */
record DemoReply(int status, List<String> headers, byte[] body, int chunks) {
    DemoReply(final int status, final byte[] body, final String... headers) {
        this(status, List.of(headers), body, 0);
    }
}
