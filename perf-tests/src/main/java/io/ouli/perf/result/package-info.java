/** Result files: figures round by round with the facts they stand on, their statistics and their comparison. */
package io.ouli.perf.result;
