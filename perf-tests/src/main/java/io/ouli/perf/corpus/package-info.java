/** What is asked and what must come back: requests with the replies that they have to get, byte for byte. */
package io.ouli.perf.corpus;
