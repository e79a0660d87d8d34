/** The time from exec to the first reply, beside the least that a virtual machine takes. */
package io.ouli.perf.coldstart;
