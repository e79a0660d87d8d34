/** One io_uring per owner thread: queues, buffer rings, probe, file and socket operations. */
package io.ouli.uring;
