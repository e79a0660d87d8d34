/**
 * HTTP/1.1 messages in bytes: incremental parsers with the limits inside them.
 *
 * <p>It stands in the engine, not in the proxy, because stored interactions are HTTP/1.1 messages too.
 */
package io.ouli.engine.http;
