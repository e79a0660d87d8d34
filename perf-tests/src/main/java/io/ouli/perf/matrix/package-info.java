/** The same load over many configurations of one machine: which is best here, and what is inside the noise. */
package io.ouli.perf.matrix;
