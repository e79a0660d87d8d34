/**
 * The transport on io_uring: one ring, one system call a turn, receive buffers that the kernel picks, sends straight
 * from the caller's memory.
 */
package io.ouli.engine.transport.uring;
