package io.ouli.uring;

import io.ouli.ffm.generated.__kernel_timespec;
import io.ouli.ffm.generated.io_cqring_offsets;
import io.ouli.ffm.generated.io_sqring_offsets;
import io.ouli.ffm.generated.io_uring_buf;
import io.ouli.ffm.generated.io_uring_buf_reg;
import io.ouli.ffm.generated.io_uring_buf_ring;
import io.ouli.ffm.generated.io_uring_cqe;
import io.ouli.ffm.generated.io_uring_getevents_arg;
import io.ouli.ffm.generated.io_uring_params;
import io.ouli.ffm.generated.io_uring_probe;
import io.ouli.ffm.generated.io_uring_probe_op;
import io.ouli.ffm.generated.io_uring_sqe;
import io.ouli.ffm.generated.iovec;
import io.ouli.ffm.generated.msghdr;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The offsets written as literals, so that a ring costs no start-up for layouts, are those of the generated ones. */
class KernelLayoutTest {
    @Test
    void shouldMatchRingParameters() {
        assertEquals(io_uring_params.sizeof(), KernelRing.PARAMS_LENGTH);
        assertEquals(io_uring_params.sq_entries$offset(), KernelRing.SUBMISSION_ENTRIES);
        assertEquals(io_uring_params.cq_entries$offset(), KernelRing.COMPLETION_ENTRIES);
        assertEquals(io_uring_params.flags$offset(), KernelRing.FLAGS);
        assertEquals(io_uring_params.features$offset(), KernelRing.FEATURES);
        final long submission = io_uring_params.sq_off$offset();
        assertEquals(submission + io_sqring_offsets.head$offset(), KernelRing.SUBMISSION_HEAD);
        assertEquals(submission + io_sqring_offsets.tail$offset(), KernelRing.SUBMISSION_TAIL);
        assertEquals(submission + io_sqring_offsets.flags$offset(), KernelRing.SUBMISSION_FLAGS);
        assertEquals(submission + io_sqring_offsets.array$offset(), KernelRing.SUBMISSION_ARRAY);
        final long completion = io_uring_params.cq_off$offset();
        assertEquals(completion + io_cqring_offsets.head$offset(), KernelRing.COMPLETION_HEAD);
        assertEquals(completion + io_cqring_offsets.tail$offset(), KernelRing.COMPLETION_TAIL);
        assertEquals(completion + io_cqring_offsets.cqes$offset(), KernelRing.COMPLETION_CQES);
    }

    @Test
    void shouldMatchEntries() {
        assertEquals(io_uring_sqe.sizeof(), SubmissionQueue.ENTRY_LENGTH);
        assertEquals(0, io_uring_sqe.opcode$offset());
        assertEquals(1, io_uring_sqe.flags$offset());
        assertEquals(2, io_uring_sqe.ioprio$offset());
        assertEquals(4, io_uring_sqe.fd$offset());
        assertEquals(8, io_uring_sqe.off$offset());
        assertEquals(16, io_uring_sqe.addr$offset());
        assertEquals(24, io_uring_sqe.len$offset());
        assertEquals(28, io_uring_sqe.msg_flags$offset());
        assertEquals(32, io_uring_sqe.user_data$offset());
        assertEquals(40, io_uring_sqe.buf_group$offset());
        assertEquals(io_uring_cqe.sizeof(), CompletionQueue.ENTRY_LENGTH);
        assertEquals(8, io_uring_cqe.res$offset());
        assertEquals(12, io_uring_cqe.flags$offset());
    }

    @Test
    void shouldMatchRegistrationsAndArguments() {
        assertEquals(io_uring_buf_reg.sizeof(), BufferRegistration.LENGTH);
        assertEquals(io_uring_buf_reg.ring_addr$offset(), BufferRegistration.ADDRESS);
        assertEquals(io_uring_buf_reg.ring_entries$offset(), BufferRegistration.ENTRIES);
        assertEquals(io_uring_buf_reg.bgid$offset(), BufferRegistration.GROUP);
        assertEquals(io_uring_buf.sizeof(), ProvidedBufferRing.ENTRY_LENGTH);
        assertEquals(8, io_uring_buf.len$offset());
        assertEquals(12, io_uring_buf.bid$offset());
        assertEquals(io_uring_buf_ring.tail$offset(), ProvidedBufferRing.TAIL_OFFSET);
        assertEquals(io_uring_probe.sizeof(), Probe.HEADER_LENGTH);
        assertEquals(0, io_uring_probe.last_op$offset());
        assertEquals(io_uring_probe_op.sizeof(), Probe.OPERATION_LENGTH);
        assertEquals(io_uring_probe_op.flags$offset(), Probe.OPERATION_FLAGS);
        assertEquals(io_uring_getevents_arg.sizeof(), WaitArgument.ARGUMENT_LENGTH);
        assertEquals(io_uring_getevents_arg.ts$offset(), WaitArgument.TIMESPEC_ADDRESS);
        assertEquals(16, __kernel_timespec.sizeof());
    }

    @Test
    void shouldMatchMessages() {
        assertEquals(msghdr.sizeof(), GatherMessage.HEADER_LENGTH);
        assertEquals(msghdr.msg_iov$offset(), GatherMessage.VECTORS_OFFSET);
        assertEquals(msghdr.msg_iovlen$offset(), GatherMessage.VECTOR_COUNT_OFFSET);
        assertEquals(iovec.sizeof(), GatherMessage.VECTOR_LENGTH);
        assertEquals(8, iovec.iov_len$offset());
    }
}
