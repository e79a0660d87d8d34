package io.ouli.proxy.pack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The jars of a program, written again with the classes alone that the program can reach, without the names of local
 * variables, which debuggers read, and packed as well as deflate can.
 *
 * <p>A class is reached when a class that is reached names it: as a type, in a signature, or in a string, as for
 * reflection; what is named by a service file is reached by itself. A class whose name a program puts together
 * from parts would be missed, so nothing of ours does that.
 */
public final class ProgramJars {
    private static final String CLASS = ".class";
    private static final String SERVICES = "META-INF/services/";
    private static final String LICENCES = "(?i)META-INF/.*(LICEN[CS]E|NOTICE).*|.*(LICEN[CS]E|NOTICE)(\\.\\w+)?";
    private static final String BUILD_NOTES = "META-INF/(maven/.*|jpms\\.args|INDEX\\.LIST)";

    /** By jar, in order; each with its resources by name. */
    private final Map<Path, Map<String, byte[]>> jars = new LinkedHashMap<>();
    /** By internal name, of all jars; the first jar wins, as on a class path. */
    private final Map<String, byte[]> classes = new HashMap<>();
    private final Set<String> reached = new HashSet<>();
    private final Deque<String> unread = new ArrayDeque<>();
    private final ClassFile writer = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG,
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(type -> {
                final String descriptor = type.descriptorString();
                final byte[] found = classes.get(descriptor.substring(1, descriptor.length() - 1));
                return found == null ? null : new ByteArrayInputStream(found);
            }).orElse(ClassHierarchyResolver.defaultResolver())));

    private ProgramJars() {
    }

    /**
     * Reads a program.
     *
     * @param paths     its jars, in the order of the class path.
     * @param mainClass what is started, by its name.
     */
    public static ProgramJars read(final List<Path> paths, final String mainClass) throws IOException {
        final ProgramJars program = new ProgramJars();
        for (final Path path : paths) {
            program.jars.put(path, contents(path));
        }
        program.jars.values().forEach(jar -> jar.forEach((name, bytes) -> {
            if (name.endsWith(CLASS)) {
                program.classes.putIfAbsent(name.substring(0, name.length() - CLASS.length()), bytes);
            }
        }));
        program.reach(mainClass.replace('.', '/'));
        program.jars.values().forEach(jar -> jar.forEach((name, bytes) -> {
            if (name.startsWith(SERVICES)) {
                new String(bytes, StandardCharsets.UTF_8).lines()
                        .map(line -> line.replaceFirst("#.*", "").strip().replace('.', '/')).forEach(program::reach);
            }
        }));
        while (!program.unread.isEmpty()) {
            program.follow(program.classes.get(program.unread.pop()));
        }
        return program;
    }

    /** Writes what is left of a jar, and returns whether that is anything. */
    public boolean write(final Path jar, final Path to) throws IOException {
        final Map<String, byte[]> left = new LinkedHashMap<>();
        boolean needed = false;
        for (final Map.Entry<String, byte[]> entry : jars.get(jar).entrySet()) {
            final String name = entry.getKey();
            if (!name.endsWith(CLASS)) {
                left.put(name, entry.getValue());
                needed |= !name.startsWith("META-INF/") && !name.matches(LICENCES) || name.startsWith(SERVICES);
            } else if (reached.contains(name.substring(0, name.length() - CLASS.length()))) {
                left.put(name, smaller(entry.getValue()));
                needed = true;
            }
        }
        if (!needed) {
            return false;
        }
        try (OutputStream file = Files.newOutputStream(to); ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (final Map.Entry<String, byte[]> entry : left.entrySet()) {
                final ZipEntry header = new ZipEntry(entry.getKey());
                header.setTime(Files.getLastModifiedTime(jar).toMillis());
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        }
        return true;
    }

    /** Returns what this Java takes from a jar for several releases, without what only its build reads. */
    private static Map<String, byte[]> contents(final Path path) throws IOException {
        final Map<String, byte[]> contents = new LinkedHashMap<>();
        try (JarFile jar = new JarFile(path.toFile(), false, JarFile.OPEN_READ, Runtime.version())) {
            final List<String> names = new ArrayList<>();
            jar.versionedStream().forEach(entry -> names.add(entry.getName()));
            // Real names, also of what stands below META-INF/versions.
            for (final String name : names) {
                if (!name.endsWith("/") && !name.endsWith("module-info.class") && !name.matches(BUILD_NOTES)) {
                    contents.put(name, jar.getInputStream(jar.getJarEntry(name)).readAllBytes());
                }
            }
        }
        return contents;
    }

    private void reach(final String name) {
        if (classes.containsKey(name) && reached.add(name)) {
            unread.push(name);
        }
    }

    private void follow(final byte[] bytes) {
        for (final PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof ClassEntry type) {
                reach(type.asInternalName().replaceFirst("^\\[+L(.*);$", "$1"));
            } else if (entry instanceof Utf8Entry text) {
                reachNamed(text.stringValue());
            }
        }
    }

    /** Takes every name in a descriptor, a signature or a string. */
    private void reachNamed(final String text) {
        reach(text.replace('.', '/'));
        for (int from = text.indexOf('L'); from >= 0; from = text.indexOf('L', from + 1)) {
            int to = from + 1;
            while (to < text.length() && ";<".indexOf(text.charAt(to)) < 0) {
                to++;
            }
            reach(text.substring(from + 1, to));
        }
    }

    private byte[] smaller(final byte[] bytes) {
        final byte[] without = writer.transformClass(writer.parse(bytes), ClassTransform.ACCEPT_ALL);
        return without.length < bytes.length ? without : bytes;
    }
}
