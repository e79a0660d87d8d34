package io.ouli.proxy.curl;

import java.util.Arrays;

/** The flags of curl that are understood: those that shape a request, and those that are harmless to it. */
enum CurlFlag {
    REQUEST('X', "request", true),
    HEADER('H', "header", true),
    DATA('d', "data", true),
    DATA_ASCII("data-ascii", true),
    DATA_RAW("data-raw", true),
    DATA_BINARY("data-binary", true),
    DATA_URLENCODE("data-urlencode", true),
    JSON("json", true),
    FORM('F', "form", true),
    FORM_STRING("form-string", true),
    USER('u', "user", true),
    OAUTH2_BEARER("oauth2-bearer", true),
    USER_AGENT('A', "user-agent", true),
    COOKIE('b', "cookie", true),
    REFERER('e', "referer", true),
    RANGE('r', "range", true),
    GET('G', "get", false),
    HEAD('I', "head", false),
    URL("url", true),
    COMPRESSED("compressed", false),
    NEXT(':', "next", false),

    SILENT('s', "silent", false),
    SHOW_ERROR('S', "show-error", false),
    VERBOSE('v', "verbose", false),
    INCLUDE('i', "include", false),
    INSECURE('k', "insecure", false),
    LOCATION('L', "location", false),
    FAIL('f', "fail", false),
    FAIL_WITH_BODY("fail-with-body", false),
    PROGRESS_BAR('#', "progress-bar", false),
    NO_BUFFER('N', "no-buffer", false),
    GLOBOFF('g', "globoff", false),
    PATH_AS_IS("path-as-is", false),
    HTTP1_1("http1.1", false),
    HTTP2("http2", false),
    IPV4('4', "ipv4", false),
    IPV6('6', "ipv6", false),
    REMOTE_NAME('O', "remote-name", false),
    OUTPUT('o', "output", true),
    DUMP_HEADER('D', "dump-header", true),
    WRITE_OUT('w', "write-out", true),
    MAX_TIME('m', "max-time", true),
    CONNECT_TIMEOUT("connect-timeout", true),
    RETRY("retry", true),
    RESOLVE("resolve", true),
    CACERT("cacert", true),
    CERT('E', "cert", true),
    KEY("key", true),
    PROXY('x', "proxy", true);

    private final char letter;
    private final String word;
    private final boolean takesValue;

    CurlFlag(final String word, final boolean takesValue) {
        this('\0', word, takesValue);
    }

    CurlFlag(final char letter, final String word, final boolean takesValue) {
        this.letter = letter;
        this.word = word;
        this.takesValue = takesValue;
    }

    boolean takesValue() {
        return takesValue;
    }

    /** {@return the flag as it is typed in full} */
    String typed() {
        return "--" + word;
    }

    static CurlFlag ofWord(final String typed) {
        return Arrays.stream(values()).filter(flag -> flag.word.equals(typed)).findFirst()
                .orElseThrow(() -> unknown("--" + typed));
    }

    static CurlFlag ofLetter(final char typed) {
        return Arrays.stream(values()).filter(flag -> flag.letter == typed && typed != '\0').findFirst()
                .orElseThrow(() -> unknown("-" + typed));
    }

    private static CurlException unknown(final String typed) {
        return new CurlException("curl's flag " + typed + " is not understood here; leave it out if it does not change"
                + " the request, or give the request as raw HTTP");
    }
}
