package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.ffm.generated.LiburingHeader;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Checks what {@link Downcall} assumes of each function: integers and pointers only, no more than seven. */
class DowncallShapeTest {
    private static final Set<Class<?>> INTEGERS_AND_POINTERS = Set.of(int.class, long.class, MemorySegment.class);

    /** The functions of the generated headers, by their Java signatures; looking at those links nothing. */
    static List<Method> functions() {
        return Stream.of(LibcHeader.class, LiburingHeader.class)
                .flatMap(header -> {
                    final List<Method> methods = List.of(header.getMethods());
                    final Set<String> described = methods.stream()
                            .map(Method::getName)
                            .filter(name -> name.endsWith("$descriptor"))
                            .map(name -> name.substring(0, name.indexOf('$')))
                            .collect(Collectors.toSet());
                    return methods.stream().filter(method -> described.contains(method.getName()));
                })
                .toList();
    }

    @Test
    void shouldLookAtEveryFunction() {
        // 30 of libc, 8 of liburing; the variadic ones, openat and syscall, have no fixed descriptor.
        assertEquals(38, functions().size(), () -> functions().toString());
    }

    @ParameterizedTest
    @MethodSource("functions")
    void shouldFitTheOneShape(final Method function) {
        assertTrue(function.getParameterCount() <= 7, function::toString);
        assertTrue(INTEGERS_AND_POINTERS.containsAll(List.of(function.getParameterTypes())), function::toString);
        final Class<?> expected = switch (function.getName()) {
            case "pread", "pwrite", "read", "write", "sysconf" -> long.class;
            case "mmap" -> MemorySegment.class;
            case "io_uring_queue_exit" -> void.class;
            default -> int.class;
        };
        assertEquals(expected, function.getReturnType(), function::toString);
    }
}
