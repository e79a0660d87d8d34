/**
 * What client and upstream connections share on one worker thread: the event loop over a transport, timers, and native
 * send buffers.
 */
package io.ouli.proxy.worker;
