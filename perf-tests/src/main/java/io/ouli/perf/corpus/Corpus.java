package io.ouli.perf.corpus;

import io.ouli.engine.OuliException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Distinct requests with their replies; the same seed gives the same bytes on every machine.
 *
 * @param name  what it is, for people.
 * @param items requests in the order in which they were made; a run sends them in a shuffled order, because a walk
 *              through a recording from front to back is kinder to caches than any real client.
 */
public record Corpus(String name, List<CorpusItem> items) {
    private static final int MOST_ITEMS = 1 << 20;
    private static final String[] WORDS = {"amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbor",
        "island", "juniper", "kelp", "lagoon", "meadow", "nectar", "ocean", "prairie"};

    /** Checks that there is something to send. */
    public Corpus {
        if (items.isEmpty()) {
            throw new OuliException("the corpus '" + name + "' has no requests");
        }
        items = List.copyOf(items);
    }

    /**
     * Makes requests for JSON documents, each at its own path with its own body.
     *
     * @param count     distinct requests, 1 to 1,048,576.
     * @param bodyBytes length of each reply's body, at least 64.
     * @param posts     every n-th request is a POST with a JSON body; 0 for none.
     * @param seed      of everything that looks random.
     */
    public static Corpus generated(final int count, final int bodyBytes, final int posts, final long seed) {
        if (count < 1 || count > MOST_ITEMS || bodyBytes < 64) {
            throw new OuliException("a corpus of " + count + " requests with replies of " + bodyBytes
                    + " bytes cannot be made; choose 1 to " + MOST_ITEMS + " requests and at least 64 bytes");
        }
        final SplittableRandom random = new SplittableRandom(seed);
        final List<CorpusItem> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final boolean post = posts > 0 && i % posts == posts - 1;
            final String target = "/v1/" + word(random) + '/' + i + "?fields=name,price&page=" + random.nextInt(1, 50);
            final byte[] body = post ? json(random, i, 256) : new byte[0];
            final List<String> headers = post
                    ? List.of("Accept: application/json", "Content-Type: application/json")
                    : List.of("Accept: application/json");
            items.add(new CorpusItem(post ? "POST" : "GET", target, headers, body,
                    new ExpectedReply(200, json(random, i, bodyBytes))));
        }
        return new Corpus(count + " requests for JSON of " + bodyBytes + " bytes"
                + (posts > 0 ? ", every " + posts + ". a POST" : "") + ", seed " + seed, items);
    }

    /** Makes the corpus of one request with an unknown reply. */
    public static Corpus single(final String target) {
        return new Corpus("one request, GET " + target,
                List.of(new CorpusItem("GET", target, List.of("Accept: */*"), new byte[0], null)));
    }

    /** {@return the longest expected body in bytes} */
    public int longestBody() {
        return items.stream().map(CorpusItem::expected)
                .mapToInt(reply -> reply == null || reply.body() == null ? 0 : reply.body().length).max().orElse(0);
    }

    /** {@return the same requests that all expect one reply: for servers that know only one} */
    public Corpus expecting(final ExpectedReply reply) {
        return new Corpus(name + ", one fixed reply", items.stream().map(item -> item.expecting(reply)).toList());
    }

    /** Makes a JSON document of exactly {@code length} bytes. */
    private static byte[] json(final SplittableRandom random, final int id, final int length) {
        final StringBuilder text = new StringBuilder(length + 64).append("{\"id\":").append(id).append(",\"items\":[");
        while (true) {
            final String item = "{\"name\":\"" + word(random) + '-' + random.nextInt(10_000) + "\",\"price\":"
                    + random.nextInt(100) + '.' + random.nextInt(10, 99) + ",\"tags\":[\"" + word(random) + "\"]},";
            if (text.length() + item.length() > length - 16) {
                break;
            }
            text.append(item);
        }
        if (text.charAt(text.length() - 1) == ',') {
            text.setLength(text.length() - 1);
        }
        text.append("],\"pad\":\"");
        text.repeat('x', Math.max(0, length - text.length() - 2)).append("\"}");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String word(final SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)];
    }
}
