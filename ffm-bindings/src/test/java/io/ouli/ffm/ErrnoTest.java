package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ErrnoTest {
    private static final Set<String> ALIASES = Set.of("EWOULDBLOCK", "EDEADLOCK", "ENOTSUP");

    @Test
    void shouldNameEveryErrnoAsTheHeaderDoes() throws Exception {
        int compared = 0;
        for (final var constant : LibcHeader.class.getFields()) {
            final String name = constant.getName();
            if (name.matches("E[A-Z0-9]+") && !ALIASES.contains(name)) {
                assertEquals(name, Errno.name(constant.getInt(null)));
                compared++;
            }
        }
        assertEquals(131, compared);
    }

    @Test
    void shouldFallBackToTheNumberWhenUnknown() {
        assertEquals("errno 0", Errno.name(0));
        assertEquals("errno 134", Errno.name(134));
        assertEquals("errno -1", Errno.name(-1));
        assertEquals("EXDEV (18)", Errno.describe(18));
    }

    @Test
    void shouldTellTheOperatorWhatToDo() {
        assertTrue(Errno.ioUringRemedy(LibcHeader.ENOSYS).contains("seccomp"));
        assertTrue(Errno.ioUringRemedy(LibcHeader.EPERM).contains("kernel.io_uring_disabled"));
        assertTrue(Errno.ioUringRemedy(LibcHeader.ENOMEM).contains("ulimit -l"));
        assertTrue(Errno.ioUringRemedy(LibcHeader.EMFILE).contains("ulimit -n"));
        assertEquals("EXDEV (18)", Errno.ioUringRemedy(18));
    }
}
