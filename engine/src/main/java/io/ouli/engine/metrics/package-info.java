/** What the engine counts, off-heap, one writer each, readable from outside while it runs. */
package io.ouli.engine.metrics;
