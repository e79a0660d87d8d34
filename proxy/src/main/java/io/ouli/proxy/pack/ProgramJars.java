package io.ouli.proxy.pack;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The jars of a program, written again as one with the classes alone that the program can reach, without the names of
 * local variables, which debuggers read, and packed as well as deflate can.
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

    /**
     * Writes what is left of all jars into one. Of manifests it has the first jar's alone, without a class path: for
     * each jar with classes a virtual machine that starts from a cache makes an address and a domain, and reads the
     * manifest. Licences stand in a folder of each jar's name.
     */
    public void write(final Path to) throws IOException {
        final Set<String> written = new HashSet<>();
        final Path first = jars.keySet().iterator().next();
        try (OutputStream file = Files.newOutputStream(to); ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (final Map.Entry<Path, Map<String, byte[]>> jar : jars.entrySet()) {
                final Path path = jar.getKey();
                final boolean needed = isNeeded(jar.getValue());
                for (final Map.Entry<String, byte[]> entry : jar.getValue().entrySet()) {
                    final String name = nameInOne(path, entry.getKey());
                    if (needed && isLeft(entry.getKey()) && (path.equals(first) || !name.equals(JarFile.MANIFEST_NAME))
                            && written.add(name)) {
                        final ZipEntry header = new ZipEntry(name);
                        header.setTime(Files.getLastModifiedTime(path).toMillis());
                        zip.putNextEntry(header);
                        zip.write(inOne(name, entry.getValue()));
                    }
                }
            }
        }
    }

    /** {@return whether anything of a jar is left but what is said about it} */
    private boolean isNeeded(final Map<String, byte[]> jar) {
        for (final String name : jar.keySet()) {
            if (name.endsWith(CLASS) ? isLeft(name)
                    : !name.startsWith("META-INF/") && !name.matches(LICENCES) || name.startsWith(SERVICES)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLeft(final String name) {
        return !name.endsWith(CLASS) || reached.contains(name.substring(0, name.length() - CLASS.length()));
    }

    private static String nameInOne(final Path jar, final String name) {
        return name.matches(LICENCES)
                ? "META-INF/licences/" + jar.getFileName().toString().replaceFirst("\\.jar$", "") + "/"
                + name.substring(name.lastIndexOf('/') + 1)
                : name;
    }

    private byte[] inOne(final String name, final byte[] bytes) throws IOException {
        if (name.endsWith(CLASS)) {
            return smaller(bytes);
        } else if (name.equals(JarFile.MANIFEST_NAME)) {
            final Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
            manifest.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            manifest.write(out);
            return out.toByteArray();
        } else if (name.startsWith(SERVICES)) {
            return allOfService(name);
        }
        return bytes;
    }

    private byte[] allOfService(final String name) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final Map<String, byte[]> jar : jars.values()) {
            if (jar.containsKey(name)) {
                all.writeBytes(jar.get(name));
                all.write('\n');
            }
        }
        return all.toByteArray();
    }

    /** {@return what this Java takes from a jar for several releases, without what only its build reads} */
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
