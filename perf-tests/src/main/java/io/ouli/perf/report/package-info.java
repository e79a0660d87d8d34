/** Results as one self-contained page: no network, no script, readable in light and dark and on paper. */
package io.ouli.perf.report;
