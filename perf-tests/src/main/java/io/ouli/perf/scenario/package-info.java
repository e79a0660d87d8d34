/** The scenarios of the source RFC and the four numbers that must not be mixed up, each a command. */
package io.ouli.perf.scenario;
