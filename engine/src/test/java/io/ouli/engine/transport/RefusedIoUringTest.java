package io.ouli.engine.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * A kernel that really refuses io_uring: a seccomp filter answers io_uring_setup as a container's profile and the
 * sysctl do (EPERM), as an old kernel does (ENOSYS), and as a limit on locked memory does (ENOMEM).
 */
@EnabledOnOs(OS.LINUX)
class RefusedIoUringTest {
    private static final String NO_FILTER = "no filter";

    @ParameterizedTest
    @CsvSource({"1, kernel.io_uring_disabled", "38, seccomp", "12, ulimit -l"})
    void shouldServeOverNioAndSayWhy(final int errno, final String remedy) throws Exception {
        UringContract.requireIoUring();
        final String said = ChildProcess.run(ChildProcess.command(Refused.class, "-Derrno=" + errno));
        assumeFalse(said.equals(NO_FILTER), "this machine allows no seccomp filter");
        assertTrue(said.startsWith("nio (") && said.contains("io_uring is refused"), said);
        assertTrue(said.contains(remedy), said);
        assertTrue(said.contains("io_uring was asked for and is refused"), said);
    }

    /** Has the kernel refuse io_uring to this process' main thread, and opens transports on it. */
    static final class Refused {
        private static final int PR_SET_NO_NEW_PRIVS = 38;
        private static final int PR_SET_SECCOMP = 22;
        private static final int SECCOMP_MODE_FILTER = 2;
        private static final int IO_URING_SETUP = 425;
        /** BPF: load the call's number; if it is io_uring_setup, return the errno, else allow. */
        private static final short LOAD_WORD = 0x20;
        private static final short JUMP_IF_EQUAL = 0x15;
        private static final short RETURN = 0x06;
        private static final int RETURN_ERRNO = 0x0005_0000;
        private static final int RETURN_ALLOW = 0x7fff_0000;
        private static final int INSTRUCTION_BYTES = 8;

        private Refused() {
        }

        public static void main(final String[] args) throws Throwable {
            if (!refuse(Integer.getInteger("errno"))) {
                System.out.println(NO_FILTER);
                return;
            }
            System.out.println(Transports.describe(TransportChoice.AUTO));
            try {
                Transports.describe(TransportChoice.IO_URING);
            } catch (final TransportException e) {
                System.out.println(e.getMessage());
            }
        }

        @SuppressWarnings("restricted")
        private static boolean refuse(final int errno) throws Throwable {
            final Linker linker = Linker.nativeLinker();
            final MethodHandle prctl = linker.downcallHandle(linker.defaultLookup().findOrThrow("prctl"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment filter = arena.allocate(4 * INSTRUCTION_BYTES, Integer.BYTES);
                instruction(filter, 0, LOAD_WORD, 0, 0);
                instruction(filter, 1, JUMP_IF_EQUAL, 1, IO_URING_SETUP);
                instruction(filter, 2, RETURN, 0, RETURN_ERRNO | errno);
                instruction(filter, 3, RETURN, 0, RETURN_ALLOW);
                final MemorySegment program = arena.allocate(2L * Long.BYTES, Long.BYTES);
                program.set(ValueLayout.JAVA_SHORT, 0, (short) 4);
                program.set(ValueLayout.ADDRESS, Long.BYTES, filter);
                return (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0
                        && (int) prctl.invokeExact(
                                PR_SET_SECCOMP, (long) SECCOMP_MODE_FILTER, program.address(), 0L, 0L) == 0;
            }
        }

        private static void instruction(
                final MemorySegment filter, final int index, final short code, final int elseSkip, final int operand) {
            final long at = (long) index * INSTRUCTION_BYTES;
            filter.set(ValueLayout.JAVA_SHORT, at, code);
            filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) elseSkip);
            filter.set(ValueLayout.JAVA_INT, at + 4, operand);
        }
    }
}
