/** What {@code ouli package} leaves out of the program. */
package io.ouli.proxy.pack;
