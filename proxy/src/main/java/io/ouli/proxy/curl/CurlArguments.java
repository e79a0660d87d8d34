package io.ouli.proxy.curl;

import io.ouli.engine.OuliException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads curl's arguments as curl does: letters may stand together, a letter's value may stand beside it, each URL is a
 * request, and {@code --next} (or the word {@code curl} again) begins one with flags of its own.
 */
public final class CurlArguments {
    private static final String COMMAND = "curl";

    private final List<String> words;
    private final CurlFiles files;
    private final List<byte[]> requests = new ArrayList<>();
    private CurlRequest request;
    private List<String> urls = new ArrayList<>();
    private int at;

    private CurlArguments(final List<String> words, final CurlFiles files) {
        this.words = words;
        this.files = files;
        request = new CurlRequest(files);
    }

    /**
     * {@return the requests that curl would send, each as one whole HTTP/1.1 message}
     *
     * @param words what stands behind the word {@code curl}.
     * @param stdin is read where an argument says {@code @-}.
     * @throws OuliException that names the argument that cannot be.
     */
    public static List<byte[]> requests(final List<String> words, final InputStream stdin) {
        final CurlArguments arguments = new CurlArguments(words, new CurlFiles(stdin));
        arguments.read();
        return arguments.requests;
    }

    private void read() {
        while (at < words.size()) {
            final String word = words.get(at);
            at++;
            if (word.equals(COMMAND)) {
                next();
            } else if (word.startsWith("--") && word.length() > 2) {
                final CurlFlag flag = CurlFlag.ofWord(word.substring(2));
                apply(flag, flag.takesValue() ? value(flag) : "");
            } else if (word.startsWith("-") && word.length() > 1) {
                letters(word);
            } else {
                urls.add(word);
            }
        }
        next();
    }

    private void letters(final String word) {
        for (int i = 1; i < word.length(); i++) {
            final CurlFlag flag = CurlFlag.ofLetter(word.charAt(i));
            if (flag.takesValue()) {
                apply(flag, i + 1 < word.length() ? word.substring(i + 1) : value(flag));
                return;
            }
            apply(flag, "");
        }
    }

    private String value(final CurlFlag flag) {
        if (at == words.size()) {
            throw new CurlException("curl's flag " + flag.typed() + " needs a value");
        }
        return words.get(at++);
    }

    private void apply(final CurlFlag flag, final String value) {
        switch (flag) {
            case URL -> urls.add(value);
            case NEXT -> next();
            case REQUEST -> request.method(value);
            case HEAD -> request.head();
            case GET -> request.dataInQuery();
            case HEADER -> files.headerLines(value).forEach(request::header);
            case DATA, DATA_ASCII -> request.data(files.dataLines(value));
            case DATA_RAW -> request.data(CurlFiles.bytes(value));
            case DATA_BINARY -> request.data(files.data(value));
            case DATA_URLENCODE -> request.data(files.encoded(value));
            case JSON -> request.json(files.data(value));
            case FORM -> request.part(value, true);
            case FORM_STRING -> request.part(value, false);
            case USER -> request.user(value);
            case OAUTH2_BEARER -> request.usual("Authorization", "Bearer " + value);
            case USER_AGENT -> request.usual("User-Agent", value);
            case REFERER -> request.usual("Referer", value);
            case RANGE -> request.usual("Range", "bytes=" + value);
            case COOKIE -> request.cookie(value);
            case COMPRESSED -> request.usual("Accept-Encoding", "deflate, gzip, br, zstd");
            default -> { }
        }
    }

    /** Ends one request, or as many as there are URLs. */
    private void next() {
        for (final String url : urls) {
            requests.add(request.message(url));
        }
        if (urls.isEmpty() && request.touched()) {
            throw new CurlException("curl was given no URL");
        }
        request = new CurlRequest(files);
        urls = new ArrayList<>();
    }
}
