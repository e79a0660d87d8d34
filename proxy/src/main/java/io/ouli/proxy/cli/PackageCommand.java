package io.ouli.proxy.cli;

import io.ouli.proxy.pack.Licences;
import io.ouli.proxy.pack.ProgramJars;
import io.ouli.proxy.pack.UnusedResources;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * {@code ouli package}: a folder that runs where no JDK is: a runtime made by jlink, the program's jars, the launcher,
 * and the AOT cache of that very runtime.
 */
final class PackageCommand implements Command {
    /** What the program's jars use; jdeps lists them. The vector module is for OULI_PROFILE=throughput. */
    private static final String MODULES = "java.base,java.management,java.net.http,jdk.httpserver,jdk.incubator.vector,"
            + "jdk.jfr,jdk.net,jdk.unsupported";
    /**
     * Vector mathematics and sorting by vectors, which the virtual machine does without; a jar for tools of other
     * runtimes; what the JDK's own archive of classes is made from; a starter of jars; chaining of signals; tools.
     */
    private static final List<String> UNUSED_FILES = List.of("lib/libjsvml.so", "lib/libsimdsort.so",
            "lib/jrt-fs.jar", "lib/classlist", "lib/jexec", "lib/jfr/profile.jfc",
            "lib/libjsig.so", "lib/server/libjsig.so",
            "bin/keytool", "bin/jwebserver", "bin/jfr");
    private static final String DEFAULT_OUT = "ouli-package";
    /** What the launcher names the libraries after. */
    private static final String LIBRARIES = "-Xbootclasspath/a:";
    private static final int OUTPUT_LINES = 5;

    @Override
    public Syntax syntax() {
        return new Syntax("ouli package", "Make a folder that runs Ouli where no JDK is.")
                .option("--out", "DIR", "Folder to make; must be empty or not there. Default: " + DEFAULT_OUT + ".")
                .flag("--no-cache", "Leave the AOT cache to the first starts there: 4 MB less to carry.")
                .flag("--json", "Print the sizes as one JSON object.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException, InterruptedException {
        final String out = arguments.path("--out");
        final Path folder = Path.of(out == null ? DEFAULT_OUT : out).toAbsolutePath().normalize();
        final Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        check(folder, jlink);
        final List<Path> jars = jars();
        final Path launcher = launcher();
        Files.createDirectories(folder);
        console.note("making the runtime with jlink");
        execute(List.of(jlink.toString(), "--add-modules", MODULES, "--strip-debug", "--no-header-files",
                "--no-man-pages", "--compress", "zip-9", "--exclude-resources", UnusedResources.patterns(),
                "--output", folder.resolve("runtime").toString()), "auto");
        makeSmaller(folder.resolve("runtime"));
        console.note("copying the program");
        final Path app = Files.createDirectories(folder.resolve("app"));
        ProgramJars.read(jars, Main.class.getName()).write(app.resolve("ouli.jar"));
        // What a cache that was unpacked elsewhere is told apart by.
        Files.writeString(app.resolve("made"), UUID.randomUUID() + "\n");
        Files.copy(launcher, folder.resolve("ouli"), StandardCopyOption.COPY_ATTRIBUTES);
        final Path licence = launcher.resolveSibling("LICENSE");
        if (Files.exists(licence)) {
            Files.copy(licence, folder.resolve("LICENSE"));
        }
        final boolean cache = !arguments.flag("--no-cache");
        console.note(cache ? "starting it, with a replay to make its AOT cache" : "starting it");
        execute(List.of(folder.resolve("ouli").toString(), "--version"), cache ? "now" : "never");
        if (cache) {
            pack(app);
        }
        report(console, folder, arguments.flag("--json"));
        return ExitCode.OK;
    }

    private static void check(final Path folder, final Path jlink) throws IOException {
        if (!Files.isExecutable(jlink)) {
            throw new CliException(ExitCode.CANNOT_START, "a package is made with jlink, and " + jlink
                    + " is not there; start ouli from a clone with a JDK that has it");
        }
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new CliException(ExitCode.USAGE, folder + " is not a folder; name another with --out");
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new CliException(ExitCode.USAGE,
                        folder + " is not empty; empty it, or name another with --out");
            }
        }
    }

    /** {@return the jars that this process runs from, the program's own first; the launcher has libraries beside} */
    private static List<Path> jars() {
        final StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.startsWith(LIBRARIES)) {
                path.append(File.pathSeparator).append(argument, LIBRARIES.length(), argument.length());
            }
        }
        final List<Path> jars = new ArrayList<>();
        for (final String entry : path.toString().split(File.pathSeparator)) {
            if (!entry.endsWith(".jar")) {
                throw notFromLauncher();
            }
            jars.add(Path.of(entry));
        }
        return jars;
    }

    private static Path launcher() throws IOException {
        final String command = System.getProperty("ouli.command");
        if (command == null || !Files.isExecutable(Path.of(command))) {
            throw notFromLauncher();
        }
        return Path.of(command).toRealPath();
    }

    private static CliException notFromLauncher() {
        return new CliException(ExitCode.CANNOT_START, "a package is made of the built program; start ./ouli package");
    }

    /** Puts the cache that was just made aside, a quarter of its size, for the launcher to unpack at a first start. */
    private static void pack(final Path app) throws IOException {
        final Path made = app.resolve("start");
        final Path kept = Files.createDirectories(app.resolve("cache"));
        if (!Files.exists(made.resolve("fast.key"))) {
            throw new CliException(ExitCode.CANNOT_START, "the runtime takes no AOT cache; see "
                    + made.resolve("fast.log") + ", or use --no-cache");
        }
        Files.move(made.resolve("fast.key"), kept.resolve("fast.key"));
        try (InputStream in = Files.newInputStream(made.resolve("fast.aot"));
                OutputStream out = new SmallestGzip(Files.newOutputStream(kept.resolve("fast.aot.gz")))) {
            in.transferTo(out);
        }
        try (Stream<Path> files = Files.walk(made)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    /** The JDK's, at the level that packs most. */
    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(final OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Takes out what nothing here uses, and symbol tables, which only debuggers read: 7 MB together. */
    private static void makeSmaller(final Path runtime) throws IOException, InterruptedException {
        for (final String file : UNUSED_FILES) {
            Files.deleteIfExists(runtime.resolve(file));
        }
        Licences.pack(runtime);
        removeComments(runtime.resolve("conf/security/java.security"));
        final List<String> strip = new ArrayList<>(List.of("strip", "--strip-unneeded", "-R", ".note.stapsdt"));
        try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
            files.filter(file -> file.toString().endsWith(".so")).map(Path::toString).forEach(strip::add);
        }
        try {
            new ProcessBuilder(strip)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (final IOException noBinutils) {
            return;
        }
    }

    /** Of the 72 KB of the security configuration most are comments, which every start would read. */
    private static void removeComments(final Path properties) throws IOException {
        final String whole = Files.readString(properties, StandardCharsets.ISO_8859_1);
        final String less = whole.lines().filter(line -> !line.startsWith("#") && !line.isBlank())
                .collect(Collectors.joining("\n", "", "\n"));
        if (parse(whole).equals(parse(less))) {
            Files.writeString(properties, less, StandardCharsets.ISO_8859_1);
        }
    }

    private static Properties parse(final String text) throws IOException {
        final Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }

    private static void execute(final List<String> command, final String aot)
            throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("JAVA_HOME") || name.equals("OULI_PROFILE")
                || name.startsWith("JAVA_TOOL") || name.startsWith("JDK_JAVA") || name.equals("OULI_JAVA_OPTS"));
        builder.environment().put("OULI_AOT", aot);
        final Process process = builder.start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new CliException(ExitCode.CANNOT_START, command.getFirst() + " ended with exit code "
                    + process.exitValue() + ": " + String.join("; ", output.lines().limit(OUTPUT_LINES).toList()));
        }
    }

    private static void report(final Console console, final Path folder, final boolean json) {
        final long runtime = bytes(folder.resolve("runtime"));
        final long cache = bytes(folder.resolve("app/cache"));
        final long jars = bytes(folder.resolve("app")) - cache;
        final long all = bytes(folder);
        if (json) {
            console.print(new JsonLine().add("folder", folder.toString()).add("bytes", all)
                    .add("runtimeBytes", runtime).add("programBytes", jars).add("cacheBytes", cache).end());
        } else {
            console.print(folder + ": " + megabytes(all) + " (runtime " + megabytes(runtime) + ", program "
                    + megabytes(jars) + ", packed AOT cache " + megabytes(cache) + "); start "
                    + folder.resolve("ouli"));
        }
    }

    private static String megabytes(final long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static long bytes(final Path folder) {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length()).sum();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
