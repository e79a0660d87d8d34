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
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        final Path smaller = Files.createDirectory(folder.resolve("smaller"));

        assertTrue(jars.write(program, smaller.resolve("program.jar")));
        assertTrue(jars.write(library, smaller.resolve("library.jar")));

        assertEquals(List.of("program/Circle.class", "program/Main.class", "program/Shape.class",
                "program/Square.class"), names(smaller.resolve("program.jar")));
        assertEquals(List.of("META-INF/LICENSE", "META-INF/services/java.lang.Runnable", "library/Named.class",
                "library/Service.class", "words.txt"), names(smaller.resolve("library.jar")));
        assertFalse(Files.readString(square(smaller), StandardCharsets.ISO_8859_1)
                .contains("longNameOfALocal"));
        final URL[] urls = {
            smaller.resolve("program.jar").toUri().toURL(), smaller.resolve("library.jar").toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            final Callable<?> main = (Callable<?>) loader.loadClass("program.Main").getDeclaredConstructor()
                    .newInstance();
            assertEquals("square, named", main.call());
        }
    }

    @Test
    void shouldLeaveOutAJarOfWhichNothingIsReached() throws IOException {
        final Path spare = jar("spare", List.of("package spare; class Spare { }"), List.of("META-INF/NOTICE", "n\n"));
        final ProgramJars jars = ProgramJars.read(List.of(program, library, spare), "program.Main");

        assertFalse(jars.write(spare, folder.resolve("spare-smaller.jar")));
        assertFalse(Files.exists(folder.resolve("spare-smaller.jar")));
    }

    private Path square(final Path smaller) throws IOException {
        try (JarFile jar = new JarFile(smaller.resolve("program.jar").toFile())) {
            return Files.write(folder.resolve("Square.class"),
                    jar.getInputStream(jar.getJarEntry("program/Square.class")).readAllBytes());
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
