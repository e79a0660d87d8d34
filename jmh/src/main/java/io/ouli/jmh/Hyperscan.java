package io.ouli.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Hyperscan's literal search through FFM, as the peer to be held against: {@code hs_compile_lit_multi} and
 * {@code hs_scan} of libhyperscan 5, where it is installed.
 */
final class Hyperscan implements AutoCloseable {
    private static final String LIBRARY = "libhs.so.5";
    private static final int MODE_BLOCK = 1;
    private static final int SUCCESS = 0;
    private static final int SCAN_TERMINATED = -3;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle scan;
    private final MemorySegment database;
    private final MemorySegment scratch;

    /**
     * Compiles a set of literals.
     *
     * @throws IllegalStateException if the library is not installed, or refuses.
     */
    @SuppressWarnings("restricted")
    Hyperscan(final List<byte[]> literals) {
        final SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(LIBRARY, arena);
        } catch (final IllegalArgumentException e) {
            throw new IllegalStateException("Hyperscan is not installed; try: apt-get install libhyperscan5", e);
        }
        final var pointer = ValueLayout.ADDRESS;
        final var number = ValueLayout.JAVA_INT;
        final MethodHandle compile = link(library, "hs_compile_lit_multi", FunctionDescriptor.of(number, pointer,
                pointer, pointer, pointer, number, number, pointer, pointer, pointer));
        final MethodHandle allocate =
                link(library, "hs_alloc_scratch", FunctionDescriptor.of(number, pointer, pointer));
        scan = link(library, "hs_scan", FunctionDescriptor.of(
                number, pointer, pointer, number, number, pointer, pointer, pointer));
        final int count = literals.size();
        final MemorySegment expressions = arena.allocate(pointer, count);
        final MemorySegment flags = arena.allocate(number, count);
        final MemorySegment ids = arena.allocate(number, count);
        final MemorySegment lengths = arena.allocate(ValueLayout.JAVA_LONG, count);
        for (int i = 0; i < count; i++) {
            expressions.setAtIndex(pointer, i, arena.allocateFrom(ValueLayout.JAVA_BYTE, literals.get(i)));
            ids.setAtIndex(number, i, i);
            lengths.setAtIndex(ValueLayout.JAVA_LONG, i, literals.get(i).length);
        }
        final MemorySegment made = arena.allocate(pointer);
        final MemorySegment error = arena.allocate(pointer);
        final MemorySegment space = arena.allocate(pointer);
        try {
            check((int) compile.invokeExact(expressions, flags, ids, lengths, count, MODE_BLOCK, MemorySegment.NULL,
                    made, error), "compiling");
            database = made.get(pointer, 0);
            check((int) allocate.invokeExact(database, space), "allocating");
            scratch = space.get(pointer, 0);
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException("Hyperscan cannot be called", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(
            final SymbolLookup library, final String name, final FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
    }

    private static void check(final int result, final String doing) {
        if (result != SUCCESS) {
            throw new IllegalStateException("Hyperscan failed at " + doing + ": " + result);
        }
    }

    /**
     * Searches a text that holds none of the literals.
     *
     * @param text of native memory.
     */
    int scan(final MemorySegment text) {
        try {
            final int result = (int) scan.invokeExact(database, text, (int) text.byteSize(), 0, scratch,
                    MemorySegment.NULL, MemorySegment.NULL);
            if (result != SUCCESS && result != SCAN_TERMINATED) {
                throw new IllegalStateException("Hyperscan failed at scanning: " + result);
            }
            return result;
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException("Hyperscan cannot be called", e);
        }
    }

    @Override
    public void close() {
        // The database and the scratch space are malloc's, and end with the benchmark's process.
        arena.close();
    }
}
