package io.ouli.proxy.doctor;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.Transports;
import io.ouli.proxy.facts.CpuTimes;
import io.ouli.proxy.facts.MachineFacts;
import io.ouli.redact.LiteralSearchers;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Examines this machine and this process: what Ouli can use here, what keeps it from more, and the remedy. */
public final class Doctor {
    /** Beyond this share of processor time taken by others, figures measured here mean little. */
    static final double MOST_STEAL_PERCENT = 2;
    static final double MOST_OTHERS_PERCENT = 20;
    private static final long WATCH_MILLIS = 300;

    private Doctor() {
    }

    /**
     * Looks at everything; takes a third of a second, for the processor's time has to be watched.
     *
     * @param launch what the launcher did, by name: {@code profile}, {@code aot}, {@code aotFile}.
     */
    public static List<Finding> examine(final Map<String, String> launch) throws InterruptedException {
        final Map<String, String> facts = MachineFacts.read().values();
        final List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("cpu", facts.get("cpu") + ", " + facts.get("cores") + " cores"));
        findings.add(Finding.ok("caches", caches(facts.get("caches"))));
        findings.add(simd(facts.get("simd"), LiteralSearchers.vectorsInUse()));
        findings.add(Finding.ok("memory", memory(facts.get("memory"))));
        findings.addAll(KernelChecks.examine(Path.of("/")));
        findings.add(uring());
        findings.add(processorTime());
        findings.add(Finding.ok("jdk", facts.get("jdk") + ", " + collector(facts.get("gc"))));
        findings.add(flags(System.getenv()));
        findings.add(profile(launch.getOrDefault("profile", "none")));
        findings.add(aot(launch.getOrDefault("aot", "none"), launch.getOrDefault("aotFile", "")));
        return findings;
    }

    /** {@return an amount of the kernel's, which counts in "kB" of 1,024 bytes, as people read it} */
    static String memory(final String kilobytes) {
        return kilobytes.matches("[0-9]{1,15} kB")
                ? String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(kilobytes.replace(" kB", "")) / 1_048_576.0)
                : kilobytes;
    }

    /** {@return caches as people read them: the kernel's {@code L1 Data 48K} is {@code L1 data 48 KiB}} */
    static String caches(final String kernels) {
        return kernels.toLowerCase(Locale.ROOT).replace(" unified", "").replaceAll("\\bl(?=\\d)", "L")
                .replaceAll("(?<= \\d{1,9})k", " KiB");
    }

    /** {@return a collector's usual name for what the virtual machine calls its parts} */
    static String collector(final String parts) {
        return parts.startsWith("Copy") ? "Serial GC" : parts.startsWith("G1") ? "G1"
                : parts.startsWith("ZGC") ? "ZGC" : parts.startsWith("PS") ? "Parallel GC" : parts;
    }

    static Finding simd(final String sets, final boolean vectors) {
        final String width = sets.contains("avx512bw") ? "512 bit" : sets.contains("avx2") ? "256 bit"
                : sets.contains("sse4_2") || sets.contains("asimd") ? "128 bit" : "none";
        final String value = sets + "; vectors of " + width + (vectors ? ", in use" : ", not in use");
        if (!sets.contains("sha_ni") && !sets.contains("sha2")) {
            return Finding.note("simd", value, "this processor hashes without instructions for SHA-256, some 5 times"
                    + " slower; nothing to be done but another machine");
        }
        return vectors ? Finding.ok("simd", value) : Finding.note("simd", value,
                "OULI_PROFILE=throughput searches secrets with vectors, for a slower start");
    }

    private static Finding uring() {
        try {
            return Finding.ok("io_uring", Transports.describe(TransportChoice.IO_URING));
        } catch (final TransportException refused) {
            return Finding.problem("io_uring", refused.getMessage(),
                    "mend what is named; until then NIO serves, with about a quarter more processor time a request");
        }
    }

    private static Finding processorTime() throws InterruptedException {
        final CpuTimes before = CpuTimes.read();
        TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
        final CpuTimes after = CpuTimes.read();
        return processorTime(after.stealPercentSince(before), after.othersPercentSince(before, 0));
    }

    static Finding processorTime(final double stealPercent, final double othersPercent) {
        final String value = String.format(Locale.ROOT, "%.0f %% stolen by other machines, %.0f %% used by other"
                + " programs", stealPercent, othersPercent);
        if (stealPercent > MOST_STEAL_PERCENT) {
            return Finding.problem("steal", value, "do not measure here now: wait, or take a machine of your own");
        }
        return othersPercent > MOST_OTHERS_PERCENT
                ? Finding.note("steal", value, "end what else runs before you measure") : Finding.ok("steal", value);
    }

    static Finding flags(final Map<String, String> environment) {
        final String flags = MachineFacts.flags(ManagementFactory.getRuntimeMXBean().getInputArguments());
        for (final String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            if (environment.containsKey(name)) {
                return Finding.note("flags", flags, name + " adds to every virtual machine; unset it unless it is"
                        + " meant for this one");
            }
        }
        return Finding.ok("flags", flags);
    }

    private static Finding profile(final String profile) {
        return profile.equals("none")
                ? Finding.note("profile", "none", "start ./ouli, which chooses the flags that start and serve fastest")
                : Finding.ok("profile", profile);
    }

    static Finding aot(final String state, final String file) {
        return switch (state) {
            case "used" -> Finding.ok("aot", "in use: " + file);
            case "making" -> Finding.note("aot", "being made", "nothing to do: the next start uses it");
            case "never" -> Finding.note("aot", "switched off", "unset OULI_AOT; starts take half the time then");
            case "refused" -> Finding.problem("aot", "refused: " + file, "delete the folder " + parent(file)
                    + "; if it comes back, look in its log for the reason");
            case "unwritable" -> Finding.problem("aot", "cannot be made: " + parent(file) + " may not be written",
                    "make that folder writable, or start once as its owner");
            default -> Finding.note("aot", "none", "start ./ouli, which makes one");
        };
    }

    private static String parent(final String file) {
        final Path parent = Path.of(file).getParent();
        return parent == null ? file : parent.toString();
    }
}
