package io.ouli.redact;

import java.util.Arrays;

/**
 * The literals of a set as a trie with failure links: what both forms of the automaton are made from.
 *
 * <p>Node 0 is the root; a child's number is greater than its parent's. A literal that can never match is left out.
 */
final class Trie {
    static final int NO_NODE = -1;
    static final int NO_LITERAL = -1;

    final LiteralSet literals;
    /** Bytes that no literal tells apart share a class; class 0 is "in no literal" when there is such a byte. */
    final byte[] classOf = new byte[256];
    final int classCount;
    int nodeCount = 1;
    final byte[] label;
    final int[] firstChild;
    final int[] nextSibling;
    final int[] depth;
    final int[] fail;
    /** The longest literal that ends at the node, its own or one of a suffix. */
    final int[] output;
    /** Nodes in order of depth: whatever a node needs of shorter ones is there when its turn comes. */
    final int[] breadthFirst;

    Trie(final LiteralSet literals) {
        this.literals = literals;
        final int capacity = literals.totalLength() + 1;
        label = new byte[capacity];
        firstChild = new int[capacity];
        nextSibling = new int[capacity];
        depth = new int[capacity];
        fail = new int[capacity];
        output = new int[capacity];
        Arrays.fill(firstChild, NO_NODE);
        Arrays.fill(nextSibling, NO_NODE);
        Arrays.fill(output, NO_LITERAL);
        classCount = assignClasses();
        for (int i = 0; i < literals.size(); i++) {
            insert(i);
        }
        breadthFirst = new int[nodeCount];
        linkFailures();
    }

    private int assignClasses() {
        final boolean[] used = new boolean[256];
        for (int i = 0; i < literals.size(); i++) {
            for (int j = 0; j < literals.length(i); j++) {
                used[literals.at(i, j) & 0xff] = true;
            }
        }
        int next = 1;
        for (int value = 0; value < 256; value++) {
            if (used[value]) {
                classOf[value] = (byte) next++;
            }
        }
        if (next == 257) {
            // All 256 values occur: there is no class 0, and 1..256 would not fit a byte.
            for (int value = 0; value < 256; value++) {
                classOf[value] = (byte) value;
            }
            next = 256;
        }
        return next;
    }

    private void insert(final int literal) {
        int node = 0;
        for (int i = 0; i < literals.length(literal); i++) {
            if (output[node] != NO_LITERAL && literals.order() == LiteralSet.Order.LISTED) {
                return;
            }
            final byte value = literals.at(literal, i);
            int child = child(node, value);
            if (child == NO_NODE) {
                child = nodeCount++;
                label[child] = value;
                depth[child] = depth[node] + 1;
                nextSibling[child] = firstChild[node];
                firstChild[node] = child;
            }
            node = child;
        }
        if (output[node] == NO_LITERAL) {
            output[node] = literal;
        }
    }

    int child(final int node, final byte value) {
        int child = firstChild[node];
        while (child != NO_NODE && label[child] != value) {
            child = nextSibling[child];
        }
        return child;
    }

    private void linkFailures() {
        int tail = 1;
        for (int head = 0; head < tail; head++) {
            final int node = breadthFirst[head];
            for (int child = firstChild[node]; child != NO_NODE; child = nextSibling[child]) {
                breadthFirst[tail++] = child;
                fail[child] = node == 0 ? 0 : next(fail[node], label[child]);
                if (output[child] == NO_LITERAL) {
                    output[child] = output[fail[child]];
                }
            }
        }
    }

    /**
     * {@return the node of the longest suffix of {@code node}'s text and {@code value}; links of shorter ones stand}
     */
    private int next(final int from, final byte value) {
        int node = from;
        while (true) {
            final int child = child(node, value);
            if (child != NO_NODE) {
                return child;
            }
            if (node == 0) {
                return 0;
            }
            node = fail[node];
        }
    }
}
