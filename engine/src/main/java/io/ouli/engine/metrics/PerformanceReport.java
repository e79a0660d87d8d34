package io.ouli.engine.metrics;

/**
 * What requests took and what memory is used, at one moment.
 *
 * @param interval since the report before of the same {@link PerformanceMonitor}, or since it was made.
 * @param total    since the start.
 * @param memory   now.
 */
public record PerformanceReport(Latency interval, Latency total, MemoryUse memory) {
}
