/** Servers under test: started by the suite in processes of their own, pinned, watched, stopped. */
package io.ouli.perf.server;
