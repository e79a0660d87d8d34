package io.ouli.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the errno of one owner's calls is kept. Made once per owner, so that a call allocates nothing.
 *
 * <p>The linker stores errno here before the virtual machine can make a call of its own that would overwrite it. One
 * thread at a time may use it. Its memory is freed with the object.
 */
public final class ErrnoCapture {
    final MemorySegment segment = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    /** Makes one, with memory of its own. */
    public ErrnoCapture() {
    }

    /** {@return the errno of the last call that failed with this capture} */
    public int errno() {
        // On Linux the captured state is one int.
        return segment.get(ValueLayout.JAVA_INT, 0);
    }
}
