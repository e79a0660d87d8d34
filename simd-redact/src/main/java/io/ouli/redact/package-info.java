/** One-pass search and replacement of a set of literals. */
package io.ouli.redact;
