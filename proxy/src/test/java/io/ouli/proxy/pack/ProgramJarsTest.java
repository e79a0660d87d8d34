package io.ouli.proxy.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** A program of two jars, of which it needs a part. */
class ProgramJarsTest {
    private static final List<String> PROGRAM = List.of("""
            package program;
            public class Main implements java.util.concurrent.Callable<String> {
                public String call() throws Exception {
                    Shape shape = System.nanoTime() == 0 ? new Circle() : new Square();
                    Object named = Class.forName("library.Named").getDeclaredConstructor().newInstance();
                    return shape.name() + named;
                }
            }
            """, """
            package program;
            abstract class Shape { abstract String name(); }
            """, """
            package program;
            class Circle extends Shape { String name() { return "circle"; } }
            """, """
            package program;
            class Square extends Shape {
                String name() { String longNameOfALocal = "square"; return longNameOfALocal; }
            }
            """, """
            package program;
            class Unused { library.AlsoUnused used; }
            """);
    private static final List<String> LIBRARY = List.of("""
            package library;
            public class Named { public String toString() { return ", named"; } }
            """, """
            package library;
            public class AlsoUnused { }
            """, """
            package library;
            public class Service implements Runnable { public void run() { } }
            """);

    @TempDir
    private Path folder;

    private Path program;
    private Path library;

    @BeforeEach
    void makeJars() throws IOException {
        library = jar("library", LIBRARY, List.of("META-INF/services/java.lang.Runnable", "library.Service # ours\n",
                "META-INF/maven/pom.xml", "<project/>", "META-INF/LICENSE", "free\n", "words.txt", "a word\n"));
        program = jar("program", PROGRAM, List.of());
    }

    @Test
    void shouldKeepWhatIsReachedAndRunAsBefore() throws Exception {
        final ProgramJars jars = ProgramJars.read(List.of(program, library), "program.Main");
        final Path smaller = folder.resolve("smaller.jar");

        jars.write(smaller);

        assertEquals(List.of("META-INF/licences/library/LICENSE", "META-INF/services/java.lang.Runnable",
                "library/Named.class", "library/Service.class", "program/Circle.class", "program/Main.class",
                "program/Shape.class", "program/Square.class", "words.txt"), names(smaller));
        assertFalse(text(smaller, "program/Square.class").contains("longNameOfALocal"));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {smaller.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            final Callable<?> main = (Callable<?>) loader.loadClass("program.Main").getDeclaredConstructor()
                    .newInstance();
            assertEquals("square, named", main.call());
        }
    }

    @Test
    void shouldLeaveOutAJarOfWhichNothingIsReached() throws IOException {
        final Path spare = jar("spare", List.of("package spare; class Spare { }"), List.of("META-INF/NOTICE", "n\n"));
        ProgramJars.read(List.of(program, library, spare), "program.Main").write(folder.resolve("smaller.jar"));

        assertFalse(names(folder.resolve("smaller.jar")).toString().contains("spare"));
    }

    @Test
    void shouldJoinServicesAndKeepTheFirstManifestWithoutItsClassPath() throws IOException {
        final Path main = jar("main", List.of("package program; class Main { String o = \"other.Other\"; }"), List.of(
                "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nClass-Path: lib/x.jar\nImplementation-Version: 7\n"));
        final Path other = jar("other", List.of("package other; public class Other { }"), List.of(
                "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMulti-Release: true\n",
                "META-INF/services/java.lang.Runnable", "other.Other"));
        final Path one = folder.resolve("one.jar");
        ProgramJars.read(List.of(main, library, other), "program.Main").write(one);

        assertEquals("library.Service # ours\n\nother.Other\n", text(one, "META-INF/services/java.lang.Runnable"));
        try (JarFile jar = new JarFile(one.toFile())) {
            assertEquals(Map.of(Attributes.Name.MANIFEST_VERSION, "1.0", Attributes.Name.IMPLEMENTATION_VERSION, "7"),
                    jar.getManifest().getMainAttributes());
        }
    }

    private static String text(final Path path, final String name) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return new String(jar.getInputStream(jar.getJarEntry(name)).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> names(final Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return List.copyOf(new TreeSet<>(jar.stream().map(JarEntry::getName).toList()));
        }
    }

    /** Compiles sources with all debug information. */
    private Path jar(final String name, final List<String> sources, final List<String> resources) throws IOException {
        final Path classes = Files.createDirectory(folder.resolve(name));
        final List<String> arguments = new ArrayList<>(List.of("-g", "-proc:none", "-d", classes.toString()));
        if (library != null) {
            arguments.addAll(List.of("-cp", library.toString()));
        }
        for (int i = 0; i < sources.size(); i++) {
            final Path sourceFolder = Files.createDirectories(folder.resolve(name + "-sources/" + i));
            final String typeName = sources.get(i).replaceFirst("(?s).*?class (\\w+).*", "$1");
            arguments.add(Files.writeString(sourceFolder.resolve(typeName + ".java"), sources.get(i)).toString());
        }
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)));
        final Path jar = folder.resolve(name + ".jar");
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file)) {
            for (final String sourced : classes(classes)) {
                out.putNextEntry(new JarEntry(sourced));
                out.write(Files.readAllBytes(classes.resolve(sourced)));
            }
            for (int i = 0; i < resources.size(); i += 2) {
                out.putNextEntry(new JarEntry(resources.get(i)));
                out.write(resources.get(i + 1).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return jar;
    }

    private static List<String> classes(final Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).toList();
        }
    }
}
