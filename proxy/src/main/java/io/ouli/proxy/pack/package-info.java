/** What {@code ouli package} leaves out of program and runtime, and what it packs. */
package io.ouli.proxy.pack;
