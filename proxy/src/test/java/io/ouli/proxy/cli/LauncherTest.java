package io.ouli.proxy.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Runs the launcher in a tree of its own, with JDKs that print how they are called and a Maven that makes a jar.
 *
 * <p>Every path holds a space.
 */
class LauncherTest {
    private static final String FAKE_MAVEN = """
            #!/bin/sh
            echo "$*" >> "$PWD/maven-runs"
            echo "JAVA_HOME=${JAVA_HOME:-} JAVA25_HOME=${JAVA25_HOME:-}" > "$PWD/maven-environment"
            echo "[INFO] Building Ouli proxy and CLI 0.1.0-SNAPSHOT         [6/6]"
            if [ -f "$PWD/slow" ]; then sleep 1; fi
            if [ -f "$PWD/broken" ]; then
              echo "[ERROR] something is broken"
              exit 1
            fi
            for module in proxy jmh perf-tests; do mkdir -p "$module/target/lib"; done
            mkdir -p engine/target/fuzz-lib
            echo jar > proxy/target/ouli.jar
            """;

    /** Makes a cache when it is told to, and notes that; else it prints its arguments. */
    private static final String TRAINABLE_JAVA = """
            #!/bin/sh
            case $1 in
              -XX:AOTCacheOutput=*) echo x >> "${0%/bin/java}/trainings"; env > "${1#*=}" ;;
              -XX:AOTMode=on*) exit 0 ;;
              *) for argument; do printf '%s\\n' "$argument"; done ;;
            esac
            """;

    private final Map<String, String> environment = new HashMap<>(Map.of("OULI_AOT", "never"));
    private final Map<Process, String> outputs = new HashMap<>();

    @TempDir
    private Path top;

    private Path clone;
    private Path bin;
    private Path jdk25;

    private record Run(int exitCode, String out, String err) {
    }

    /** A launcher leaves the cache to a process in the background, which writes where the test's folder is removed. */
    @AfterEach
    void awaitBackground() throws InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && ProcessHandle.allProcesses().anyMatch(this::isOfThisTest)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean isOfThisTest(final ProcessHandle process) {
        return process.info().commandLine().filter(line -> line.contains(top.toString())).isPresent();
    }

    @BeforeEach
    void makeTree() throws IOException {
        clone = Files.createDirectories(top.resolve("a clone"));
        bin = Files.createDirectories(top.resolve("the bin"));
        jdk25 = makeJdk("jdk 25", "25.0.1");
        // The machine's own JDKs must not help: only places inside this tree are left to the launcher.
        final String script = Files.readString(launcher())
                .replaceAll("(?m)^ *(/usr/lib/jvm|/Library|/opt|/usr/local)/.*\\\\\\n", "")
                .replaceAll("(?m)^ *(/usr/local)/.*; do\\n", "    ; do\n");
        writeScript(clone.resolve("ouli"), script);
        writeScript(bin.resolve("mvn"), FAKE_MAVEN);
        Files.writeString(clone.resolve("pom.xml"), "<project/>");
        for (final String module : List.of("ffm-bindings", "io-uring", "simd-redact", "engine", "proxy")) {
            Files.createDirectories(clone.resolve(module).resolve("src/main/java"));
            Files.writeString(clone.resolve(module).resolve("pom.xml"), "<project/>");
        }
        age(clone, Instant.now().minusSeconds(60));
    }

    @Test
    void shouldHaveMavenFetchTheProfilerWhenItIsAskedFor() throws Exception {
        final Run run = run(clone.resolve("ouli"), top, jdk25, "demo", "--profile", "cpu=a b");
        final Path jar = clone.toRealPath().resolve("proxy/target/start/async-profiler-4.1.jar");
        assertTrue(run.out.lines().toList().containsAll(List.of("-Douli.profiler=" + jar, "--profile", "cpu=a b")),
                run.out);
        assertTrue(Files.readString(clone.resolve("maven-runs"))
                .contains("dependency:copy -Dartifact=tools.profiler:async-profiler:4.1"), run.err);
        assertFalse(run(clone.resolve("ouli"), top, jdk25, "demo").out.contains("ouli.profiler"));
        environment.put("OULI_PROFILER", "my.jar");
        assertTrue(run(clone.resolve("ouli"), top, jdk25, "bench", "load", "--profile=wall").out
                .contains("-Douli.profiler=my.jar"));
    }

    @Test
    void shouldBuildOnceThenStartWithTheArgumentsAsTheyAre() throws Exception {
        final Run first = run(clone.resolve("ouli"), top, jdk25, "demo", "two words", "", "$HOME");
        final Run second = run(clone.resolve("ouli"), top, jdk25, "demo");

        assertEquals(0, first.exitCode, first.err);
        assertTrue(first.err.contains("building: Ouli proxy and CLI (6/6)"), first.err);
        final List<String> lines = first.out.lines().toList();
        assertEquals("java of 25.0.1", lines.getFirst(), "nothing else may stand on standard output");
        final Path target = clone.toRealPath().resolve("proxy/target");
        final String libraries = "-Xbootclasspath/a:" + target.resolve("lib/*.jar");
        assertEquals(List.of(libraries, "-cp", target.resolve("ouli.jar") + ":" + target.resolve("lib/ouli-launch.jar"),
                "io.ouli.proxy.cli.Main", "demo", "two words", "", "$HOME"),
                lines.subList(lines.indexOf(libraries), lines.size()));
        assertTrue(lines.contains("--enable-native-access=ALL-UNNAMED"), first.out);
        assertEquals("", second.err);
        assertEquals(1, builds());
    }

    @Test
    void shouldHaveJavaReadUtf8WhereNoLocaleIsSet() throws Exception {
        writeScript(jdk25.resolve("bin/java"), "#!/bin/sh\necho \"LC_ALL=${LC_ALL:-} LANG=${LANG:-}\"\n");
        assertEquals("LC_ALL=C.UTF-8 LANG=\n", run(clone.resolve("ouli"), top, jdk25, "demo").out);
        environment.put("LANG", "de_DE.ISO-8859-1");
        assertEquals("LC_ALL= LANG=de_DE.ISO-8859-1\n", run(clone.resolve("ouli"), top, jdk25, "demo").out);
    }

    @Test
    void shouldSayThatJavaCannotStartFromAPathWithAColon() throws Exception {
        final Path moved = Files.move(clone, top.resolve("a:clone"));
        final Run run = run(moved.resolve("ouli"), top, jdk25, "demo");
        assertEquals(3, run.exitCode, run.err);
        assertTrue(run.err.startsWith("ouli: error: '" + moved.toRealPath() + "' has a ':' in it"), run.err);
        assertFalse(Files.exists(moved.resolve("maven-runs")), "nothing was built first");
    }

    @Test
    void shouldBuildAgainWhenASourceIsNewerAddedOrGone() throws Exception {
        final Path ouli = clone.resolve("ouli");
        final Path source = clone.resolve("engine/src/main/java/A.java");
        run(ouli, top, jdk25);
        age(clone, Instant.now().minusSeconds(30));
        Files.writeString(source, "class A {}");
        run(ouli, top, jdk25);
        run(ouli, top, jdk25);
        assertEquals(2, builds(), "added");

        age(clone, Instant.now().minusSeconds(30));
        Files.delete(source);
        run(ouli, top, jdk25);
        assertEquals(3, builds(), "gone");

        age(clone, Instant.now().minusSeconds(30));
        Files.writeString(clone.resolve("proxy/pom.xml"), "<project></project>");
        run(ouli, top, jdk25);
        assertEquals(4, builds(), "newer");
    }

    @Test
    void shouldBuildOnceWhenStartedSeveralTimesAtOnce() throws Exception {
        Files.writeString(clone.resolve("slow"), "");
        final List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(clone.resolve("ouli"), top, jdk25));
        }
        for (final Process process : processes) {
            assertEquals(0, process.waitFor());
        }
        assertEquals(1, builds());
        assertFalse(Files.exists(clone.resolve("proxy/target/.build-lock")));
    }

    @Test
    void shouldBuildAndStartTheSuitesForBench() throws Exception {
        final Run load = run(clone.resolve("ouli"), top, jdk25, "bench", "load", "http://x");
        final Run micro = run(clone.resolve("ouli"), top, jdk25, "bench", "micro", "Look.*");
        run(clone.resolve("ouli"), top, jdk25, "bench", "micro");

        assertTrue(load.out.endsWith("/perf-tests/target/lib/*\nio.ouli.perf.Main\nload\nhttp://x\n"), load.out);
        assertTrue(micro.out.endsWith("/jmh/target/lib/*\nio.ouli.jmh.Main\nLook.*\n"), micro.out);
        assertFalse(micro.out.contains("-Xmx"), "benchmarks choose their own heap");
        assertTrue(run(clone.resolve("ouli"), top, jdk25, "help", "bench", "load").out
                .endsWith("\nio.ouli.perf.Main\nload\n--help\n"));
        final List<String> builds = Files.readAllLines(clone.resolve("maven-runs"));
        assertEquals(2, builds.size(), builds.toString());
        assertTrue(builds.get(0).contains("-pl perf-tests -am") && builds.get(1).contains("-pl jmh -am"),
                builds.toString());
    }

    @Test
    void shouldBuildTheTestsForFuzz() throws Exception {
        final Run fuzz = run(clone.resolve("ouli"), top, jdk25, "fuzz", "http", "--duration", "5s");
        final Run help = run(clone.resolve("ouli"), top, jdk25, "help", "fuzz");

        assertTrue(help.out.endsWith("\nio.ouli.engine.fuzz.FuzzMain\n--help\n"), help.out);
        assertTrue(fuzz.out.endsWith("/engine/target/fuzz-lib/*\nio.ouli.engine.fuzz.FuzzMain\nhttp\n--duration\n5s\n"),
                fuzz.out);
        assertTrue(fuzz.out.contains("-Douli.fuzz.corpus=" + clone.toRealPath() + "/fuzz-corpus\n"), fuzz.out);
        final List<String> builds = Files.readAllLines(clone.resolve("maven-runs"));
        assertEquals(1, builds.size(), builds.toString());
        assertTrue(builds.get(0).contains("-DskipTests -Pfuzz -pl engine -am"), builds.toString());
    }

    @Test
    void shouldTakeOverTheLockOfABuilderThatDied() throws Exception {
        final Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        final Path lock = Files.createDirectories(clone.resolve("proxy/target/.build-lock"));
        Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

        assertEquals(0, run(clone.resolve("ouli"), top, jdk25).exitCode);
        assertEquals(1, builds());
    }

    @Test
    void shouldRunThroughSymbolicLinksFromAnyFolder() throws Exception {
        final Path elsewhere = Files.createDirectories(top.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("one"), Path.of("../a clone/ouli"));
        Files.createSymbolicLink(top.resolve("two"), elsewhere.resolve("one"));

        final Run run = run(top.resolve("two"), elsewhere, jdk25);

        assertEquals(0, run.exitCode, run.err);
        assertTrue(run.out.contains(clone.toRealPath() + "/proxy/target/ouli.jar"), run.out);
    }

    @Test
    void shouldPassOverAnOlderJavaHomeForTheJdkOnThePath() throws Exception {
        Files.createSymbolicLink(bin.resolve("java"), jdk25.resolve("bin/java"));

        final Run run = run(clone.resolve("ouli"), top, makeJdk("jdk 17", "17.0.9"));

        assertEquals(0, run.exitCode, run.err);
        assertTrue(run.out.startsWith("java of 25.0.1"), run.out);
        assertTrue(Files.readString(clone.resolve("maven-environment")).contains("JAVA25_HOME=" + jdk25),
                "Maven's toolchains find the same JDK");
    }

    @Test
    void shouldRunMavenOnTheFoundJdkWhenJavaHomeIsTooOldForMaven() throws Exception {
        Files.createSymbolicLink(bin.resolve("java"), jdk25.resolve("bin/java"));

        run(clone.resolve("ouli"), top, makeJdk("jdk 8", "1.8.0_402"));

        assertTrue(Files.readString(clone.resolve("maven-environment")).startsWith("JAVA_HOME=" + jdk25 + " "));
    }

    @Test
    void shouldFindAJdkOfAVersionManagerInTheHomeFolder() throws Exception {
        final Path managed = Files.createDirectories(top.resolve(".sdkman/candidates/java"));
        Files.move(jdk25, managed.resolve("25-tem"));

        final Run run = run(clone.resolve("ouli"), top, null);

        assertEquals(0, run.exitCode, run.err);
        assertTrue(run.out.startsWith("java of 25.0.1"), run.out);
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoJdk() throws Exception {
        final Run run = run(clone.resolve("ouli"), top, makeJdk("jdk 21", "21.0.4"));

        assertEquals(3, run.exitCode);
        assertEquals("", run.out);
        assertTrue(run.err.contains("needs a JDK 25 or newer"), run.err);
        assertTrue(run.err.contains("Java 21 in " + top.resolve("jdk 21")), run.err);
        assertTrue(run.err.contains("adoptium.net"), run.err);
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoMaven() throws Exception {
        Files.delete(bin.resolve("mvn"));

        final Run run = run(clone.resolve("ouli"), top, jdk25);

        assertEquals(3, run.exitCode);
        assertTrue(run.err.contains("Maven is missing"), run.err);
    }

    @Test
    void shouldShowWhyABuildFailedAndLeaveNoLock() throws Exception {
        Files.writeString(clone.resolve("broken"), "");

        final Run run = run(clone.resolve("ouli"), top, jdk25);

        assertEquals(3, run.exitCode);
        assertEquals("", run.out);
        assertTrue(run.err.contains("something is broken"), run.err);
        assertTrue(run.err.contains(clone.toRealPath() + "/proxy/target/build.log"), run.err);
        assertFalse(Files.exists(clone.resolve("proxy/target/.build-lock")));
        Files.delete(clone.resolve("broken"));
        assertEquals(0, run(clone.resolve("ouli"), top, jdk25).exitCode, "mended, it starts");
    }

    /** As in {@code ./ouli record … & kill -INT $!} in a script. */
    @Test
    void shouldHearAnInterruptWhereAShellHasItIgnored() throws Exception {
        if (!Files.exists(Path.of("/proc/self/status"))) {
            return;
        }
        final Path wrapper = top.resolve("ignoring");
        writeScript(wrapper, "#!/bin/sh\ntrap '' INT\nexec '" + clone.resolve("ouli") + "' \"$@\"\n");
        writeScript(jdk25.resolve("bin/java"), "#!/bin/sh\nwhile IFS= read -r line; do\n"
                + "case $line in SigIgn:*) echo \"$line\" ;; esac\ndone < /proc/$$/status\n");
        final Run run = run(wrapper, top, jdk25);
        assertTrue(run.out.strip().matches("SigIgn:\\s+[0-9a-f]*[014589cd]"), run.out + run.err);
    }

    @Test
    void shouldMakeTheCacheOnceWhenAskedAndStartWithIt() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");

        final Run first = run(clone.resolve("ouli"), top, jdk25, "replay");
        final Run second = run(clone.resolve("ouli"), top, jdk25, "replay");

        final String flag = "-XX:AOTCache=" + clone.toRealPath() + "/proxy/target/start/fast.aot";
        assertTrue(first.out.lines().toList().contains(flag), first.out + first.err);
        assertTrue(second.out.lines().toList().contains(flag), second.out);
        assertTrue(second.out.contains("-Douli.aot.state=used"), second.out);
        assertEquals(1, trainings());
    }

    @Test
    void shouldHaveACacheOfItsOwnForWhatServesOverARing() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        run(clone.resolve("ouli"), top, jdk25, "replay");

        final Run ring = run(clone.resolve("ouli"), top, jdk25, "replay", "--transport", "io_uring");
        final Run recorded = run(clone.resolve("ouli"), top, jdk25, "record");
        final Run plain = run(clone.resolve("ouli"), top, jdk25, "replay", "--transport", "nio");

        final String folder = "-XX:AOTCache=" + clone.toRealPath() + "/proxy/target/start/";
        assertTrue(ring.out.lines().toList().contains(folder + "fast-ring.aot"), ring.out + ring.err);
        assertTrue(recorded.out.lines().toList().contains(folder + "fast-ring.aot"), recorded.out + recorded.err);
        assertTrue(plain.out.lines().toList().contains(folder + "fast.aot"), plain.out + plain.err);
        assertEquals(2, trainings());
    }

    @Test
    void shouldKeepSecretsOutOfTheRunThatACacheIsMadeFrom() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        environment.put("OULI_SECRETS", "hunter2hunter2");
        environment.put("TEST_SERVER_SECRETS", "hunter2hunter2");

        run(clone.resolve("ouli"), top, jdk25, "replay");

        final String cache = Files.readString(clone.resolve("proxy/target/start/fast.aot"));
        assertTrue(cache.contains("OULI_AOT=now"), cache);
        assertFalse(cache.contains("hunter2hunter2"), cache);
    }

    @Test
    void shouldMakeTheCacheAnewWhenProgramJdkOrFlagsChange() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        run(clone.resolve("ouli"), top, jdk25, "replay");
        environment.put("OULI_JAVA_OPTS", "-Xmx64m");
        run(clone.resolve("ouli"), top, jdk25, "replay");
        assertEquals(2, trainings(), "flags");

        Files.writeString(jdk25.resolve("release"), "IMPLEMENTOR_VERSION=\"x\"\nJAVA_VERSION=\"25.0.2\"\n");
        final Instant soon = Instant.now().plusSeconds(5);
        Files.setLastModifiedTime(jdk25.resolve("release"), FileTime.from(soon));
        run(clone.resolve("ouli"), top, jdk25, "replay");
        assertEquals(3, trainings(), "JDK");

        // The cache's note is older than the program. Not the program newer than now: no cache is ever current then,
        // and the start makes another one in the background.
        Files.setLastModifiedTime(
                clone.resolve("proxy/target/start/fast.key"), FileTime.from(Instant.now().minusSeconds(60)));
        run(clone.resolve("ouli"), top, jdk25, "replay");
        assertEquals(4, trainings(), "program");
    }

    @Test
    void shouldMakeTheCacheAnewWhenTheVirtualMachineHasCrashedWithIt() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        final Run first = run(clone.resolve("ouli"), top, jdk25, "replay");
        final Path crash = clone.toRealPath().resolve("proxy/target/start/fast.crash");
        assertTrue(first.out.lines().toList().contains("-XX:ErrorFile=" + crash), first.out);
        Files.writeString(crash, "# SIGSEGV");

        final Run second = run(clone.resolve("ouli"), top, jdk25, "replay");
        final Run third = run(clone.resolve("ouli"), top, jdk25, "replay");

        assertTrue(second.err.contains("ouli: the last start from the AOT cache crashed; it is made anew"), second.err);
        assertTrue(second.out.contains("-Douli.aot.state=used"), second.out);
        assertEquals(2, trainings());
        assertEquals("", third.err);
        assertEquals("# SIGSEGV", Files.readString(Path.of(crash + ".log")), "it can still be read");
    }

    @Test
    void shouldMakeTheCacheInTheBackgroundAndOnceForSeveralStarts() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        run(clone.resolve("ouli"), top, jdk25);
        Files.delete(clone.resolve("proxy/target/start/fast.key"));
        environment.remove("OULI_AOT");
        final List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(clone.resolve("ouli"), top, jdk25, "replay"));
        }
        for (final Process process : processes) {
            assertEquals(0, process.waitFor());
        }
        final Path key = clone.resolve("proxy/target/start/fast.key");
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(key) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(Files.exists(key), "it is there in the end");
        assertTrue(trainings() >= 2, "made anew");
    }

    @Test
    void shouldDoWithoutACacheThatTheJdkRefusesAndNotTryAgain() throws Exception {
        writeScript(jdk25.resolve("bin/java"), TRAINABLE_JAVA.replace("on*) exit 0", "on*) exit 1"));
        environment.put("OULI_AOT", "now");

        run(clone.resolve("ouli"), top, jdk25, "replay");
        final Run second = run(clone.resolve("ouli"), top, jdk25, "replay");

        assertFalse(second.out.contains("-XX:AOTCache"), second.out);
        assertTrue(second.out.contains("-Douli.aot.state=refused"), second.out);
        assertEquals(1, trainings());
    }

    @Test
    void shouldMakeNoCacheWhenToldNever() throws Exception {
        final Run run = run(clone.resolve("ouli"), top, jdk25, "replay");

        assertTrue(run.out.contains("-Douli.aot.state=never"), run.out);
        assertFalse(Files.exists(clone.resolve("proxy/target/start/fast.key")));
    }

    @Test
    void shouldChooseTheProfileByName() throws Exception {
        environment.put("OULI_PROFILE", "throughput");
        final Run throughput = run(clone.resolve("ouli"), top, jdk25, "replay");
        environment.put("OULI_PROFILE", "quick");
        final Run unknown = run(clone.resolve("ouli"), top, jdk25, "replay");

        assertTrue(throughput.out.contains("--add-modules=jdk.incubator.vector"), throughput.out);
        assertEquals(2, unknown.exitCode);
        assertTrue(unknown.err.contains("choose fast or throughput"), unknown.err);
    }

    @Test
    void shouldRunFromAPackageWithoutJdkMavenOrSources() throws Exception {
        final Path folder = makePackage();

        final Run run = run(folder.resolve("ouli"), top, null, "replay");

        assertEquals(0, run.exitCode, run.err);
        assertTrue(run.out.contains("\n-cp\n" + folder.toRealPath() + "/app/ouli.jar\nio.ouli.proxy.cli.Main\n"),
                run.out);
        assertFalse(run.out.contains("-Xbootclasspath"), "a copy's jars have other times");
    }

    @Test
    void shouldUnpackTheCacheOfAPackageAtItsFirstStartWhereverItWasMoved() throws Exception {
        final Path made = makePackage();
        packCache(made);
        final Path folder = top.resolve("elsewhere");
        Files.move(made, folder);

        final Run first = run(folder.resolve("ouli"), top, null, "replay");
        final Path cache = folder.resolve("app/start/fast.aot").toRealPath();
        final FileTime unpacked = Files.getLastModifiedTime(cache);
        final Run second = run(folder.resolve("ouli"), top, null, "replay");

        assertTrue(first.out.contains("-XX:AOTCache=" + cache), first.out + first.err);
        assertTrue(first.out.contains("-Douli.aot.state=used"), first.out);
        assertTrue(second.out.contains("-XX:AOTCache=" + cache), second.out);
        assertEquals("a cache", Files.readString(cache));
        assertEquals(unpacked, Files.getLastModifiedTime(cache), "unpacked once");
        assertFalse(Files.exists(folder.resolve("runtime/trainings")), "and not made");
    }

    @Test
    void shouldUnpackAmongTheUsersCachesWhereAPackageMayNotBeWritten() throws Exception {
        final Path folder = makePackage();
        packCache(folder);
        // Whoever runs the tests may be allowed to write anywhere; nobody makes a folder of a file.
        Files.writeString(folder.resolve("app/start"), "in the way");
        environment.put("XDG_CACHE_HOME", top.resolve("caches").toString());

        final Run run = run(folder.resolve("ouli"), top, null, "replay");

        final Path cache = top.resolve("caches/ouli" + folder.toRealPath() + "/fast.aot");
        assertTrue(run.out.contains("-XX:AOTCache=" + cache), run.out + run.err);
        assertEquals("a cache", Files.readString(cache));
    }

    @Test
    void shouldUnpackForSeveralFirstStartsAtOnce() throws Exception {
        final Path folder = makePackage();
        packCache(folder);

        final List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(start(folder.resolve("ouli"), top, null, "replay"));
        }

        for (final Process start : starts) {
            final Run run = finish(start);
            assertTrue(run.out.contains("-Douli.aot.state=used"), run.out + run.err);
        }
        try (Stream<Path> left = Files.list(folder.resolve("app/start"))) {
            assertEquals(List.of("fast.aot", "fast.key", "fast.unpacked"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void shouldMakeTheCacheAnewWhenTheOneOfThePackageWasRefusedOrIsDamaged() throws Exception {
        final Path folder = makePackage();
        packCache(folder);
        run(folder.resolve("ouli"), top, null, "replay");
        // What a server does whose virtual machine took no cache.
        Files.delete(folder.resolve("app/start/fast.key"));
        environment.put("OULI_AOT", "now");

        run(folder.resolve("ouli"), top, null, "replay");
        final Path other = Files.createDirectory(top.resolve("damaged"));
        Files.move(folder, other.resolve("package"));
        final Path damaged = other.resolve("package");
        Files.writeString(damaged.resolve("app/cache/fast.aot.gz"), "no gzip");
        Files.delete(damaged.resolve("app/start/fast.key"));
        Files.delete(damaged.resolve("app/start/fast.unpacked"));
        final Run run = run(damaged.resolve("ouli"), top, null, "replay");

        assertTrue(run.out.contains("-Douli.aot.state=used"), run.out + run.err);
        assertEquals(2, Files.readAllLines(damaged.resolve("runtime/trainings")).size());
    }

    private Path makePackage() throws IOException {
        final Path folder = Files.createDirectories(top.resolve("a package"));
        Files.copy(clone.resolve("ouli"), folder.resolve("ouli"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(folder.resolve("app"));
        Files.writeString(folder.resolve("app/ouli.jar"), "jar");
        Files.writeString(folder.resolve("app/made"), "this package\n");
        Files.move(jdk25, folder.resolve("runtime"));
        Files.delete(bin.resolve("mvn"));
        return folder;
    }

    /** Has the package's own launcher make a cache, and puts that aside as {@code ouli package} does. */
    private void packCache(final Path folder) throws Exception {
        writeScript(folder.resolve("runtime/bin/java"), TRAINABLE_JAVA);
        environment.put("OULI_AOT", "now");
        run(folder.resolve("ouli"), top, null, "--version");
        environment.remove("OULI_AOT");
        final Path made = folder.resolve("app/start");
        final Path kept = Files.createDirectory(folder.resolve("app/cache"));
        Files.move(made.resolve("fast.key"), kept.resolve("fast.key"));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(kept.resolve("fast.aot.gz")))) {
            out.write("a cache".getBytes(StandardCharsets.US_ASCII));
        }
        try (Stream<Path> files = Files.walk(made)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
        Files.delete(folder.resolve("runtime/trainings"));
    }

    private long trainings() throws IOException {
        return Files.readAllLines(jdk25.resolve("trainings")).size();
    }

    private long builds() throws IOException {
        return Files.readAllLines(clone.resolve("maven-runs")).size();
    }

    /** Returns the launcher of the tree that is being built. */
    private static Path launcher() {
        return Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolveSibling("ouli");
    }

    private Path makeJdk(final String name, final String version) throws IOException {
        final Path jdk = top.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        writeScript(jdk.resolve("bin/java"), "#!/bin/sh\necho 'java of " + version + "'\n"
                + "for argument; do printf '%s\\n' \"$argument\"; done\n");
        writeScript(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        return jdk;
    }

    private static void writeScript(final Path file, final String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void age(final Path folder, final Instant time) throws IOException {
        try (var files = Files.walk(folder)) {
            for (final Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
    }

    private Run run(final Path command, final Path from, final Path javaHome, final String... args) throws Exception {
        return finish(start(command, from, javaHome, args));
    }

    private Run finish(final Process process) throws Exception {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
        final String output = outputs.get(process);
        return new Run(process.exitValue(), Files.readString(Path.of(output + ".out")),
                Files.readString(Path.of(output + ".err")));
    }

    private Process start(final Path command, final Path from, final Path javaHome, final String... args)
            throws IOException {
        final List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(args));
        final String output = top.resolve("output-" + outputs.size()).toString();
        final ProcessBuilder builder = new ProcessBuilder(line)
                .directory(from.toFile())
                .redirectOutput(new File(output + ".out"))
                .redirectError(new File(output + ".err"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("HOME", top.toString());
        builder.environment().put("PATH", bin + ":" + plainTools());
        if (javaHome != null) {
            builder.environment().put("JAVA_HOME", javaHome.toString());
        }
        final Process process = builder.start();
        outputs.put(process, output);
        return process;
    }

    /** Returns a folder with the few tools that the launcher needs, and no java and no mvn. */
    private Path plainTools() throws IOException {
        final Path tools = top.resolve("tools");
        if (!Files.exists(tools)) {
            Files.createDirectories(tools);
            for (final String tool : List.of("dirname", "readlink", "sed", "find", "head", "mkdir", "rm", "mv",
                    "touch", "sleep", "tee", "ps", "env", "true", "cat", "renice", "sh",
                    "gzip")) {
                for (final String folder : List.of("/usr/bin", "/bin")) {
                    final Path real = Path.of(folder, tool);
                    if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
                        writeScript(tools.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
                    }
                }
            }
        }
        return tools;
    }
}
