/** Memory outside the heap: large tables in huge pages, and copies out of mapped files that somebody may cut. */
package io.ouli.engine.memory;
