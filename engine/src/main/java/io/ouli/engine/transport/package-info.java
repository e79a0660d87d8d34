/**
 * The transport SPI: stream sockets driven by one owner thread, on io_uring, NIO or a seeded simulation.
 *
 * <p>One contract suite runs over all three; nothing outside this package knows which one is in use.
 */
package io.ouli.engine.transport;
