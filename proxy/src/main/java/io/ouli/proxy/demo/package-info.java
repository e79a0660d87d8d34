/**
 * The demonstration: a sample upstream is recorded through the proxy, stopped, and replayed; every byte is compared.
 *
 * <p>Its client and its upstream share no code with the proxy: they stand for programs of somebody else.
 */
package io.ouli.proxy.demo;
