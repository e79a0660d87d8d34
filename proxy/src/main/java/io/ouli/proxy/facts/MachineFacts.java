package io.ouli.proxy.facts;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The facts without which a figure means nothing: processor, kernel, memory, JDK and its flags, commit.
 *
 * <p>They name no host, user or path, so that results can be published.
 *
 * @param values name to value, in the order in which they are printed.
 */
public record MachineFacts(Map<String, String> values) {
    /** The value of a fact that this machine does not tell. */
    public static final String UNKNOWN = "unknown";
    private static final String ALLOW_UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    /** Copies the values, their order kept. */
    public MachineFacts {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Reads this machine's facts, and the commit that this program was built in, wherever it was started. */
    public static MachineFacts read() {
        return read(ownFolder());
    }

    private static Path ownFolder() {
        try {
            final Path code = Path.of(MachineFacts.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(code) ? code : code.toAbsolutePath().getParent();
        } catch (final URISyntaxException | RuntimeException notAFile) {
            return Path.of("");
        }
    }

    /**
     * Reads this machine's facts and this process's JDK.
     *
     * @param project a folder inside the project's git work tree, for the commit.
     */
    public static MachineFacts read(final Path project) {
        final Map<String, String> facts = machine(Path.of("/"));
        facts.putAll(jdk());
        facts.put("commit", commit(project));
        return new MachineFacts(facts);
    }

    /** {@return one fact, {@link #UNKNOWN} if it is not there} */
    public String get(final String name) {
        return values.getOrDefault(name, UNKNOWN);
    }

    /** Reads what the kernel tells below {@code root}. */
    static Map<String, String> machine(final Path root) {
        final Map<String, String> facts = new LinkedHashMap<>();
        final String cpuInfo = ProcFiles.text(root.resolve("proc/cpuinfo"));
        facts.put("cpu", known(first(ProcFiles.value(cpuInfo, "model name"), ProcFiles.value(cpuInfo, "CPU part"))));
        facts.put("cpuFamilyModelStepping", String.join("/", known(ProcFiles.value(cpuInfo, "cpu family")),
                known(ProcFiles.value(cpuInfo, "model")), known(ProcFiles.value(cpuInfo, "stepping"))));
        final long processors = cpuInfo.lines().filter(line -> line.startsWith("processor")).count();
        // Not what this process may use: a pinned process sees one core only.
        facts.put("cores", Long.toString(processors > 0 ? processors : Runtime.getRuntime().availableProcessors()));
        final Path cpu = root.resolve("sys/devices/system/cpu");
        facts.put("threadsOfCore0", line(cpu.resolve("cpu0/topology/thread_siblings_list")));
        facts.put("simd", simd(cpuInfo));
        facts.put("caches", caches(cpu.resolve("cpu0/cache")));
        facts.put("hypervisor", Boolean.toString((" " + ProcFiles.value(cpuInfo, "flags") + " ")
                .contains(" hypervisor ")));
        facts.put("governor", line(cpu.resolve("cpu0/cpufreq/scaling_governor")));
        facts.put("boost", line(cpu.resolve("cpufreq/boost")));
        facts.put("memory", known(ProcFiles.value(ProcFiles.text(root.resolve("proc/meminfo")), "MemTotal")));
        facts.put("kernel", line(root.resolve("proc/sys/kernel/osrelease")));
        facts.put("clockSource",
                line(root.resolve("sys/devices/system/clocksource/clocksource0/current_clocksource")));
        final Path hugePages = root.resolve("sys/kernel/mm/transparent_hugepage");
        facts.put("transparentHugePages", chosen(line(hugePages.resolve("enabled"))));
        facts.put("sharedMemoryHugePages", chosen(line(hugePages.resolve("shmem_enabled"))));
        facts.put("ioUringDisabled", line(root.resolve("proc/sys/kernel/io_uring_disabled")));
        facts.put("loadAverage", line(root.resolve("proc/loadavg")).split(" ")[0]);
        return facts;
    }

    private static Map<String, String> jdk() {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
        facts.put("gc", ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName).collect(Collectors.joining(", ")));
        facts.put("jvmFlags", flags(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        return facts;
    }

    /**
     * Joins the JVM's flags without those that say nothing about speed: those that carry paths, which would say much
     * about a machine, and the one that keeps a library's use of Unsafe from being warned of.
     */
    public static String flags(final List<String> arguments) {
        return arguments.stream().filter(flag -> flag.indexOf('/') < 0 && !flag.equals(ALLOW_UNSAFE))
                .collect(Collectors.joining(" "));
    }

    /** {@return the instruction sets that our kernels could use, widest last} */
    private static String simd(final String cpuInfo) {
        final List<String> wanted = List.of("sse4_2", "avx", "avx2", "avx512f", "avx512bw", "avx512_vbmi", "sha_ni",
                "asimd", "sve", "sha2");
        final List<String> present = List.of(
                first(ProcFiles.value(cpuInfo, "flags"), ProcFiles.value(cpuInfo, "Features")).split(" "));
        return known(wanted.stream().filter(present::contains).collect(Collectors.joining(" ")));
    }

    private static String caches(final Path folder) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            final Path cache = folder.resolve("index" + i);
            final String size = ProcFiles.text(cache.resolve("size")).strip();
            if (!size.isEmpty()) {
                text.append(text.isEmpty() ? "" : ", ").append('L').append(line(cache.resolve("level"))).append(' ')
                        .append(line(cache.resolve("type"))).append(' ').append(size);
            }
        }
        return known(text.toString());
    }

    /** Asks git for the commit; {@code +changes} is appended when the work tree differs from it. */
    private static String commit(final Path project) {
        final String id = git(project, "rev-parse", "--short=12", "HEAD");
        if (id.isEmpty()) {
            return UNKNOWN;
        }
        return git(project, "status", "--porcelain", "--untracked-files=no").isEmpty() ? id : id + "+changes";
    }

    private static String git(final Path project, final String... arguments) {
        try {
            final List<String> command = new ArrayList<>(List.of("git", "-C", project.toString()));
            command.addAll(List.of(arguments));
            final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? out.strip() : "";
        } catch (final IOException e) {
            return "";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** {@return what stands in brackets in a list of choices such as {@code always [madvise] never}} */
    private static String chosen(final String choices) {
        final int open = choices.indexOf('[');
        final int close = choices.indexOf(']');
        return open >= 0 && close > open ? choices.substring(open + 1, close) : choices;
    }

    private static String line(final Path file) {
        return known(ProcFiles.text(file).lines().findFirst().orElse("").strip());
    }

    private static String first(final String one, final String other) {
        return one.isEmpty() ? other : one;
    }

    private static String known(final String value) {
        return value.isEmpty() ? UNKNOWN : value;
    }
}
