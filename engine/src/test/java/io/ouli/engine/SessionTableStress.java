package io.ouli.engine;

import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Sessions that are looked up while others come and go; run by {@code ConcurrencyTest}. */
final class SessionTableStress {
    private static final int ABSENT = 0;
    private static final int WHOLE = 1;
    private static final int TORN = 2;

    private SessionTableStress() {
    }

    private static Session add(final SessionTable table, final String name) {
        return table.findOrAdd(name, added -> new Session(null, added, null));
    }

    private static int find(final SessionTable table, final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        final Session found = table.find(bytes, 0, bytes.length);
        return found == null ? ABSENT : name.equals(found.name()) ? WHOLE : TORN;
    }

    @JCStressTest
    @Outcome(id = {"0", "1"}, expect = Expect.ACCEPTABLE, desc = "not yet, or whole")
    @State
    public static class AddAndFind {
        private final SessionTable table = new SessionTable(4);

        @Actor
        public void adds() {
            add(table, "a");
        }

        @Actor
        public void finds(final I_Result result) {
            result.r1 = find(table, "a");
        }
    }

    /** Eight sessions fill the array to its half: the ninth makes it anew, and drops what was removed. */
    @JCStressTest
    @Outcome(id = {"1, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "what stays is always found")
    @State
    public static class RemoveAndGrow {
        private final SessionTable table = new SessionTable(64);

        public RemoveAndGrow() {
            for (int i = 0; i < 8; i++) {
                add(table, "s" + i);
            }
        }

        @Actor
        public void changes() {
            table.remove("s3", removed -> { });
            add(table, "more");
        }

        @Actor
        public void finds(final II_Result result) {
            result.r1 = find(table, "s7");
            result.r2 = find(table, "s3");
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "both threads have one and the same session")
    @State
    public static class AddTwice {
        private final SessionTable table = new SessionTable(4);
        private Session one;
        private Session other;

        @Actor
        public void actor1() {
            one = add(table, "a");
        }

        @Actor
        public void actor2() {
            other = add(table, "a");
        }

        @Arbiter
        public void arbiter(final I_Result result) {
            result.r1 = one == other ? WHOLE : TORN;
        }
    }
}
