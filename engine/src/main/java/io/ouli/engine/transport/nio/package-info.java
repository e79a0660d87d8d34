/**
 * The transport on {@link java.nio.channels.Selector}: every platform, no native call of our own, so
 * the quickest to start.
 */
package io.ouli.engine.transport.nio;
