package io.ouli.perf.coldstart;

/** The least that a program can do: the floor that every start is held against. */
public final class Hello {
    private Hello() {
    }

    /** Prints one line. */
    public static void main(final String[] args) {
        System.out.println("hello");
    }
}
