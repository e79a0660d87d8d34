package io.ouli.jmh;

import io.ouli.engine.Limits;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A request's head, small and as a browser sends it; the naive way beside it makes strings. */
public class ParseBenchmark extends OuliBenchmark {
    /** Which request. */
    public enum Sample { SMALL, BROWSER }

    @Param
    private Sample sample;

    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
    private byte[] request;

    /** Makes the request. */
    @Setup
    public void setup() {
        request = sample == Sample.SMALL ? Samples.smallGet() : Samples.browserGet();
    }

    /** Ours: offsets into the bytes. */
    @Benchmark
    public int parse() {
        return parser.parse(request, 0, request.length, head);
    }

    /** The naive way: split into strings, nothing checked. */
    @Benchmark
    public List<String[]> splitIntoStrings() {
        final List<String[]> fields = new ArrayList<>();
        for (final String line : new String(request, StandardCharsets.ISO_8859_1).split("\r\n")) {
            fields.add(line.split(": ", 2));
        }
        return fields;
    }
}
