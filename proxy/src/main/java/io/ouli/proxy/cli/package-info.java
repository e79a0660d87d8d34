/** The command line {@code ouli}: what a user types, what is printed, and which exit code follows. */
package io.ouli.proxy.cli;
