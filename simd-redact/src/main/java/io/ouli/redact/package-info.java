/**
 * One-pass search and replacement of a set of literals in bytes, and digests of many messages at once.
 *
 * <p>{@link io.ouli.redact.LiteralSearchers} is the entry point: it picks the searcher that suits a
 * {@link io.ouli.redact.LiteralSet}. Every searcher gives the answer of the automaton, which is the specification:
 * the leftmost literal, at one position the longest (or the one listed first), none of them overlapping.
 * {@link io.ouli.redact.BatchDigests} is the other door.
 */
package io.ouli.redact;
