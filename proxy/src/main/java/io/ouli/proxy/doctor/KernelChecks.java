package io.ouli.proxy.doctor;

import io.ouli.engine.Limits;
import io.ouli.proxy.facts.ProcFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel tells in {@code /proc} and {@code /sys}, held against what Ouli wants of it. */
final class KernelChecks {
    /** 5.11 has every operation that the transport needs; 6.1 has the flags that make it fast. */
    private static final int[] LEAST_KERNEL = {5, 11};
    private static final int[] GOOD_KERNEL = {6, 1};
    private static final long LEAST_FILES = 2L * Limits.MAX_CONNECTIONS;
    private static final long LEAST_LOCKED_BYTES = 8L << 20;
    private static final int LEAST_BACKLOG = 1_024;

    private KernelChecks() {
    }

    static List<Finding> examine(final Path root) {
        final List<Finding> findings = new ArrayList<>();
        findings.add(kernel(line(root.resolve("proc/sys/kernel/osrelease"))));
        findings.add(uringDisabled(line(root.resolve("proc/sys/kernel/io_uring_disabled"))));
        findings.add(hugePages(line(root.resolve("sys/kernel/mm/transparent_hugepage/enabled"))));
        final String limits = ProcFiles.text(root.resolve("proc/self/limits"));
        findings.add(openFiles(soft(limits, "Max open files")));
        findings.add(lockedMemory(soft(limits, "Max locked memory")));
        findings.add(governor(line(root.resolve("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))));
        findings.add(clockSource(line(root.resolve(
                "sys/devices/system/clocksource/clocksource0/current_clocksource"))));
        findings.add(backlog(line(root.resolve("proc/sys/net/core/somaxconn"))));
        return findings;
    }

    private static Finding kernel(final String release) {
        if (release.isEmpty()) {
            return Finding.problem("kernel", System.getProperty("os.name"),
                    "io_uring, huge pages and pinning need Linux; here NIO serves");
        }
        if (isBefore(release, LEAST_KERNEL)) {
            return Finding.problem("kernel", release, "io_uring needs Linux 5.11 or newer; here NIO serves");
        }
        return isBefore(release, GOOD_KERNEL)
                ? Finding.note("kernel", release, "Linux 6.1 or newer has the ring's fastest flags")
                : Finding.ok("kernel", release);
    }

    private static boolean isBefore(final String release, final int[] wanted) {
        final String[] parts = release.split("[^0-9]+");
        for (int i = 0; i < wanted.length; i++) {
            final int part = i < parts.length && !parts[i].isEmpty() ? Integer.parseInt(parts[i]) : 0;
            if (part != wanted[i]) {
                return part < wanted[i];
            }
        }
        return false;
    }

    private static Finding uringDisabled(final String value) {
        return switch (value) {
            case "", "0" -> Finding.ok("io_uring_disabled", value.isEmpty() ? "no such switch" : "0, allowed to all");
            case "1" -> Finding.problem("io_uring_disabled", "1, for privileged processes and a group only",
                    "sysctl -w kernel.io_uring_disabled=0, or run in the group kernel.io_uring_group");
            default -> Finding.problem("io_uring_disabled", value + ", for nobody",
                    "sysctl -w kernel.io_uring_disabled=0");
        };
    }

    private static Finding hugePages(final String choices) {
        if (choices.isEmpty()) {
            return Finding.note("huge_pages", "the kernel has none", "random look-ups in a large recording take half"
                    + " as long again; take a kernel with CONFIG_TRANSPARENT_HUGEPAGE");
        }
        return choices.contains("[never]")
                ? Finding.problem("huge_pages", choices,
                        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
                : Finding.ok("huge_pages", choices);
    }

    private static Finding openFiles(final long soft) {
        return soft >= 0 && soft < LEAST_FILES
                ? Finding.problem("open_files", soft + ", for " + Limits.MAX_CONNECTIONS + " connections and upstreams",
                        "ulimit -n " + LEAST_FILES + ", or serve fewer with --max-connections")
                : Finding.ok("open_files", amount(soft));
    }

    private static Finding lockedMemory(final long soft) {
        return soft >= 0 && soft < LEAST_LOCKED_BYTES
                ? Finding.note("locked_memory", soft / 1024 + " KiB", "ulimit -l " + LEAST_LOCKED_BYTES / 1024
                        + ": the ring's registered buffers are locked memory")
                : Finding.ok("locked_memory", soft < 0 ? amount(soft) : soft / 1024 + " KiB");
    }

    private static Finding governor(final String governor) {
        return governor.isEmpty() || governor.equals("performance")
                ? Finding.ok("governor", governor.isEmpty() ? "not told, as in most virtual machines" : governor)
                : Finding.note("governor", governor, "cpupower frequency-set -g performance, before you measure");
    }

    private static Finding clockSource(final String source) {
        return source.isEmpty() || source.equals("tsc") || source.equals("kvm-clock") || source.startsWith("arch")
                ? Finding.ok("clock", source.isEmpty() ? "not told" : source)
                : Finding.note("clock", source, "reading this clock is a system call; boot with clocksource=tsc");
    }

    private static Finding backlog(final String somaxconn) {
        final boolean small = somaxconn.matches("[0-9]{1,9}") && Integer.parseInt(somaxconn) < LEAST_BACKLOG;
        return small
                ? Finding.note("backlog", somaxconn, "sysctl -w net.core.somaxconn=4096: a burst of connections is"
                        + " refused otherwise")
                : Finding.ok("backlog", somaxconn.isEmpty() ? "not told" : somaxconn);
    }

    /** {@return a soft limit of {@code /proc/self/limits}; -1 for unlimited or not told} */
    private static long soft(final String limits, final String name) {
        return limits.lines().filter(each -> each.startsWith(name))
                .map(each -> each.substring(name.length()).strip().split("\\s+")[0])
                .filter(value -> value.matches("[0-9]{1,18}")).map(Long::parseLong).findFirst().orElse(-1L);
    }

    private static String amount(final long value) {
        return value < 0 ? "unlimited" : Long.toString(value);
    }

    private static String line(final Path file) {
        return ProcFiles.text(file).lines().findFirst().orElse("").strip();
    }
}
