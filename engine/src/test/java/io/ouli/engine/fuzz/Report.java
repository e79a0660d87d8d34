package io.ouli.engine.fuzz;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes to standard output: for people, or one JSON object a line. */
final class Report {
    private static final int MAX_CAUSE_LINES = 12;

    private final PrintStream out;
    private final boolean json;
    private int faults;

    Report(final PrintStream out, final boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Returns how many faults were reported. */
    int faults() {
        return faults;
    }

    /** Begins, with what a reader needs to do it again. */
    void begin(final FuzzOptions options) {
        if (json) {
            final Map<String, Object> object = object("begin");
            object.put("seed", options.seed);
            object.put("durationSeconds", options.seconds);
            object.put("corpus", options.corpus.toAbsolutePath().toString());
            print(object);
        } else {
            out.println("seed " + options.seed + ", " + options.seconds + " s, corpus in "
                    + options.corpus.toAbsolutePath());
        }
    }

    void properties(final int run, final int known, final long rounds, final long tries) {
        if (json) {
            final Map<String, Object> object = object("properties");
            object.put("run", run);
            object.put("known", known);
            object.put("rounds", rounds);
            object.put("tries", tries);
            print(object);
        } else {
            out.printf("%-18s %,d of %,d, each up to %,d times, %,d samples%n",
                    "properties", run, known, rounds, tries);
        }
    }

    void target(final Target target, final long inputs, final long before, final long now) {
        if (json) {
            final Map<String, Object> object = object("target");
            object.put("name", target.label());
            object.put("inputs", inputs);
            object.put("corpus", now);
            object.put("new", now - before);
            print(object);
        } else {
            out.printf("%-18s %,d inputs, corpus %,d (%,d new)%n", target.label(), inputs, now, now - before);
        }
    }

    void fault(final Fault fault) {
        faults++;
        if (json) {
            final Map<String, Object> object = object("fault");
            object.put("name", fault.where());
            object.put("cause", String.valueOf(fault.cause()));
            object.put("minimal", fault.input());
            object.put("kept", fault.kept());
            object.put("again", fault.again());
            print(object);
            return;
        }
        out.println("FAULT in " + fault.where());
        String.valueOf(fault.cause()).lines().limit(MAX_CAUSE_LINES).forEach(line -> out.println("  " + line));
        out.println("  minimal case: " + fault.input());
        if (fault.kept() != null) {
            out.println("  kept in: " + fault.kept());
        }
        out.println("  again: " + fault.again());
    }

    void end() {
        if (json) {
            final Map<String, Object> object = object("summary");
            object.put("faults", faults);
            print(object);
        } else {
            out.println(faults == 0 ? "nothing was found" : faults + (faults == 1 ? " fault" : " faults"));
        }
    }

    private static Map<String, Object> object(final String type) {
        final Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", type);
        return object;
    }

    private void print(final Map<String, Object> object) {
        final StringBuilder line = new StringBuilder("{");
        object.forEach((name, value) -> {
            line.append(line.length() == 1 ? "" : ",").append('"').append(name).append("\":");
            if (value == null || value instanceof Number) {
                line.append(value);
            } else {
                quote(value.toString(), line);
            }
        });
        out.println(line.append('}'));
    }

    private static void quote(final String text, final StringBuilder line) {
        line.append('"');
        for (final char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
