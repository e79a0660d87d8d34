/** Memory outside the heap: large tables in huge pages, copies out of mapped files that may be cut, what is resident. */
package io.ouli.engine.memory;
