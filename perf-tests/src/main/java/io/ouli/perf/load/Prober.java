package io.ouli.perf.load;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.ExpectedReply;
import io.ouli.perf.corpus.RenderedRequests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learns what a server answers by asking once before the run, so that every later reply can be checked against it.
 */
public final class Prober {
    /** How many requests are asked twice, to see whether this server answers alike. */
    private static final int ASKED_TWICE = 5;
    private static final int TIMEOUT_MILLIS = 10_000;
    /** The first status that says the request was not met. */
    private static final int LEAST_REFUSAL = 400;

    private final InetSocketAddress address;
    private final String host;

    /** Prepares to ask one server. */
    public Prober(final InetSocketAddress address, final String host) {
        this.address = address;
        this.host = host;
    }

    /**
     * What was learnt.
     *
     * @param corpus the requests with the expectations learnt.
     * @param stable whether the server answered alike when asked twice; if not, only the status is expected.
     * @param refusal what the server refused first, or null: a mistyped path is answered 404 as fast as any other.
     */
    public record Learnt(Corpus corpus, boolean stable, String refusal) {
    }

    /**
     * Asks every request of a corpus once and takes the reply as what is expected from now on.
     *
     * @throws LoadException if the server cannot be reached or answers no HTTP.
     */
    public Learnt learn(final Corpus corpus) {
        final List<ExpectedReply> replies = new ArrayList<>();
        boolean stable = true;
        String refusal = null;
        for (final CorpusItem item : corpus.items()) {
            final ExpectedReply reply = ask(item);
            if (replies.size() < ASKED_TWICE) {
                final ExpectedReply again = ask(item);
                stable &= again.status() == reply.status() && Arrays.equals(again.body(), reply.body());
            }
            if (refusal == null && reply.status() >= LEAST_REFUSAL) {
                refusal = reply.status() + " to " + item.method() + ' ' + item.target();
            }
            replies.add(reply);
        }
        final List<CorpusItem> items = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            final ExpectedReply reply = replies.get(i);
            items.add(corpus.items().get(i).expecting(stable ? reply : new ExpectedReply(reply.status(), null)));
        }
        return new Learnt(new Corpus(corpus.name(), items), stable, refusal);
    }

    /** Sends one request on a connection of its own and reads the whole reply. */
    public ExpectedReply ask(final CorpusItem item) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            socket.getOutputStream().write(RenderedRequests.render(item, host));
            final ByteArrayOutputStream body = new ByteArrayOutputStream();
            final ReplyReader reader = new ReplyReader();
            reader.captureInto(body);
            reader.begin(null, "HEAD".equals(item.method()));
            final InputStream in = socket.getInputStream();
            final byte[] buffer = new byte[16 << 10];
            while (!reader.complete()) {
                final int length = in.read(buffer);
                if (length < 0) {
                    if (reader.endOfInput()) {
                        break;
                    }
                    throw new LoadException(item.method() + ' ' + item.target() + ": the server at " + host
                            + " closed the connection before its reply was whole");
                }
                reader.read(buffer, 0, length);
            }
            return new ExpectedReply(reader.status(), body.toByteArray());
        } catch (final MalformedReplyException e) {
            throw new LoadException("what " + host + " answers to " + item.method() + ' ' + item.target()
                    + " is no HTTP/1.x reply: " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new LoadException("cannot ask " + host + ": " + e.getMessage()
                    + "; is the server running, and listening on this address?", e);
        }
    }
}
