/**
 * One io_uring per owner thread: queues, buffer rings, probe, file and socket operations.
 *
 * <p>{@link io.ouli.uring.IoUring} says whether and why not; {@link io.ouli.uring.Ring} is one ring;
 * {@link io.ouli.uring.Operations} fills its submission queue; {@link io.ouli.uring.ProvidedBufferRing} lends the
 * kernel memory for receives; {@link io.ouli.uring.FileOperations} carries file reads and writes to their end. Nothing
 * here allocates per operation, and nothing but {@link io.ouli.uring.Wakeup#signal()} may be called from two threads.
 */
package io.ouli.uring;
