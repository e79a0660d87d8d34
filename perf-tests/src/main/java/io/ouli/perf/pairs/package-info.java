/** Two servers that differ in one thing, asked in turns. */
package io.ouli.perf.pairs;
