/** The proxy and the command line {@code ouli}. */
package io.ouli.proxy;
