package io.ouli.redact;

import java.util.Arrays;

/**
 * The automaton for sets whose table would not fit a cache: most nodes of a big trie have one child, so a node keeps
 * that child and its failure link, and only the root and nodes that branch have a row of the table.
 *
 * <p>Following failure links costs at most one step for each byte read, amortised.
 */
final class SparseAutomaton extends Automaton {
    private static final int NO_ROW = -1;

    private final byte[] classOf;
    /** By node: its only child, or -1. */
    private final int[] onlyChild;
    private final byte[] onlyLabel;
    private final int[] fail;
    /** By node: offset of its row in {@link #rows}, or -1. */
    private final int[] rowOf;
    private final int[] rows;

    SparseAutomaton(final Trie trie) {
        super(trie);
        classOf = trie.classOf;
        fail = Arrays.copyOf(trie.fail, trie.nodeCount);
        onlyChild = new int[trie.nodeCount];
        onlyLabel = new byte[trie.nodeCount];
        rowOf = new int[trie.nodeCount];
        Arrays.fill(onlyChild, Trie.NO_NODE);
        Arrays.fill(rowOf, NO_ROW);
        int branching = 0;
        for (int node = 0; node < trie.nodeCount; node++) {
            final int child = trie.firstChild[node];
            if (node == 0 || child != Trie.NO_NODE && trie.nextSibling[child] != Trie.NO_NODE) {
                rowOf[node] = branching++ * trie.classCount;
            } else if (child != Trie.NO_NODE) {
                onlyChild[node] = child;
                onlyLabel[node] = trie.label[child];
            }
        }
        rows = new int[branching * trie.classCount];
        for (final int node : trie.breadthFirst) {
            if (rowOf[node] != NO_ROW) {
                fillRow(trie, node);
            }
        }
    }

    private void fillRow(final Trie trie, final int node) {
        for (int value = 0; value < 256; value++) {
            int child = trie.child(node, (byte) value);
            if (child == Trie.NO_NODE) {
                child = node == 0 ? 0 : step(fail[node], (byte) value);
            }
            rows[rowOf[node] + (classOf[value] & 0xff)] = child;
        }
    }

    @Override
    public long find(final byte[] text, final int from, final int to) {
        int node = 0;
        for (int i = from; i < to; i++) {
            node = step(node, text[i]);
            if (output[node] >= 0) {
                return settle(text, i, to, node);
            }
        }
        return NONE;
    }

    @Override
    int step(final int from, final byte value) {
        int node = from;
        while (true) {
            final int row = rowOf[node];
            if (row != NO_ROW) {
                return rows[row + (classOf[value & 0xff] & 0xff)];
            }
            if (onlyLabel[node] == value && onlyChild[node] != Trie.NO_NODE) {
                return onlyChild[node];
            }
            node = fail[node];
        }
    }

    @Override
    public String name() {
        return "automaton (sparse, " + depth.length + " nodes)";
    }

    @Override
    public void close() {
        Arrays.fill(onlyLabel, (byte) 0);
        Arrays.fill(rows, 0);
        Arrays.fill(rowOf, 0);
    }
}
