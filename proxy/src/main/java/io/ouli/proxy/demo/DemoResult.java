package io.ouli.proxy.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * What the demonstration saw.
 *
 * @param requests      distinct requests.
 * @param kinds         of requests, in words.
 * @param interactions  recorded, repeated requests included.
 * @param recordNanos   how long recording took, the upstream's own time included.
 * @param verifyNanos   how long the first replay of everything took.
 * @param differences   one line for each reply that was not what it should be; empty when all is well.
 * @param measured      replies that were compared while latency and throughput were measured.
 * @param latency       of one request after the other over one connection.
 * @param throughput    requests a second over several connections.
 * @param connections   that is how many.
 * @param transport     which one served, and why.
 * @param recording     the file.
 * @param recordedBytes its size.
 */
public record DemoResult(
        int requests,
        List<String> kinds,
        int interactions,
        long recordNanos,
        long verifyNanos,
        List<String> differences,
        long measured,
        Latency latency,
        double throughput,
        int connections,
        String transport,
        Path recording,
        long recordedBytes) {
    /**
     * Times from the first byte of a request sent to the last byte of its reply received.
     *
     * @param count      of requests.
     * @param p50Nanos   half were faster.
     * @param p99Nanos   99 in 100 were faster.
     * @param p999Nanos  999 in 1,000 were faster.
     * @param maxNanos   the slowest.
     */
    public record Latency(long count, long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos) {
    }
}
