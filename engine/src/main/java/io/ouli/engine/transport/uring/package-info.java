/**
 * The transport on io_uring: one ring, one system call a turn, receive buffers that the kernel picks, sends straight
 * from the caller's memory.
 *
 * <p>{@link io.ouli.engine.transport.uring.UringTransport} takes the turns and hands completions on: to an acceptor, a
 * {@code Receiver}, a {@code Sender} and a {@code Closer}, each of which prepares operations of one kind and keeps what
 * their states mean for a connection.
 */
package io.ouli.engine.transport.uring;
