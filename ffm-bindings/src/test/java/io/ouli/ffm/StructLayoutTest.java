package io.ouli.ffm;

import io.ouli.ffm.generated.__kernel_timespec;
import io.ouli.ffm.generated.io_cqring_offsets;
import io.ouli.ffm.generated.io_sqring_offsets;
import io.ouli.ffm.generated.io_uring;
import io.ouli.ffm.generated.io_uring_buf;
import io.ouli.ffm.generated.io_uring_buf_reg;
import io.ouli.ffm.generated.io_uring_buf_ring;
import io.ouli.ffm.generated.io_uring_cqe;
import io.ouli.ffm.generated.io_uring_getevents_arg;
import io.ouli.ffm.generated.io_uring_params;
import io.ouli.ffm.generated.io_uring_probe;
import io.ouli.ffm.generated.io_uring_probe_op;
import io.ouli.ffm.generated.io_uring_sq;
import io.ouli.ffm.generated.io_uring_sqe;
import io.ouli.ffm.generated.iovec;
import io.ouli.ffm.generated.msghdr;
import io.ouli.ffm.generated.sockaddr_in;
import io.ouli.ffm.generated.sockaddr_in6;
import io.ouli.ffm.generated.sockaddr_storage;
import io.ouli.ffm.generated.statx;
import io.ouli.ffm.generated.timespec;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Compares the generated layouts with the sizes and offsets of the kernel's and libc's ABI, written as literals. */
class StructLayoutTest {
    @Test
    void shouldLayOutSubmissionEntryAsKernelDoes() {
        assertEquals(64, io_uring_sqe.sizeof());
        assertEquals(0, io_uring_sqe.opcode$offset());
        assertEquals(1, io_uring_sqe.flags$offset());
        assertEquals(2, io_uring_sqe.ioprio$offset());
        assertEquals(4, io_uring_sqe.fd$offset());
        assertEquals(8, io_uring_sqe.off$offset());
        assertEquals(8, io_uring_sqe.addr2$offset());
        assertEquals(16, io_uring_sqe.addr$offset());
        assertEquals(24, io_uring_sqe.len$offset());
        assertEquals(28, io_uring_sqe.rw_flags$offset());
        assertEquals(28, io_uring_sqe.msg_flags$offset());
        assertEquals(28, io_uring_sqe.cancel_flags$offset());
        assertEquals(32, io_uring_sqe.user_data$offset());
        assertEquals(40, io_uring_sqe.buf_index$offset());
        assertEquals(40, io_uring_sqe.buf_group$offset());
        assertEquals(42, io_uring_sqe.personality$offset());
        assertEquals(44, io_uring_sqe.file_index$offset());
        assertEquals(48, io_uring_sqe.addr3$offset());
    }

    @Test
    void shouldLayOutCompletionEntryAsKernelDoes() {
        assertEquals(16, io_uring_cqe.sizeof());
        assertEquals(0, io_uring_cqe.user_data$offset());
        assertEquals(8, io_uring_cqe.res$offset());
        assertEquals(12, io_uring_cqe.flags$offset());
    }

    @Test
    void shouldLayOutRingParametersAsKernelDoes() {
        assertEquals(120, io_uring_params.sizeof());
        assertEquals(0, io_uring_params.sq_entries$offset());
        assertEquals(4, io_uring_params.cq_entries$offset());
        assertEquals(8, io_uring_params.flags$offset());
        assertEquals(20, io_uring_params.features$offset());
        assertEquals(24, io_uring_params.wq_fd$offset());
        assertEquals(40, io_uring_params.sq_off$offset());
        assertEquals(80, io_uring_params.cq_off$offset());
        assertEquals(40, io_sqring_offsets.sizeof());
        assertEquals(0, io_sqring_offsets.head$offset());
        assertEquals(4, io_sqring_offsets.tail$offset());
        assertEquals(8, io_sqring_offsets.ring_mask$offset());
        assertEquals(16, io_sqring_offsets.flags$offset());
        assertEquals(20, io_sqring_offsets.dropped$offset());
        assertEquals(24, io_sqring_offsets.array$offset());
        assertEquals(40, io_cqring_offsets.sizeof());
        assertEquals(0, io_cqring_offsets.head$offset());
        assertEquals(4, io_cqring_offsets.tail$offset());
        assertEquals(8, io_cqring_offsets.ring_mask$offset());
        assertEquals(16, io_cqring_offsets.overflow$offset());
        assertEquals(20, io_cqring_offsets.cqes$offset());
    }

    @Test
    void shouldLayOutRegistrationsAsKernelDoes() {
        assertEquals(16, io_uring_buf.sizeof());
        assertEquals(0, io_uring_buf.addr$offset());
        assertEquals(8, io_uring_buf.len$offset());
        assertEquals(12, io_uring_buf.bid$offset());
        assertEquals(14, io_uring_buf.resv$offset());
        assertEquals(14, io_uring_buf_ring.tail$offset());
        assertEquals(40, io_uring_buf_reg.sizeof());
        assertEquals(0, io_uring_buf_reg.ring_addr$offset());
        assertEquals(8, io_uring_buf_reg.ring_entries$offset());
        assertEquals(12, io_uring_buf_reg.bgid$offset());
        assertEquals(14, io_uring_buf_reg.flags$offset());
        assertEquals(16, io_uring_probe.sizeof());
        assertEquals(0, io_uring_probe.last_op$offset());
        assertEquals(1, io_uring_probe.ops_len$offset());
        assertEquals(8, io_uring_probe_op.sizeof());
        assertEquals(2, io_uring_probe_op.flags$offset());
        assertEquals(24, io_uring_getevents_arg.sizeof());
        assertEquals(0, io_uring_getevents_arg.sigmask$offset());
        assertEquals(16, io_uring_getevents_arg.ts$offset());
        assertEquals(16, __kernel_timespec.sizeof());
    }

    @Test
    void shouldLayOutLiburingsRingAsItsStableAbiDoes() {
        assertEquals(216, io_uring.sizeof());
        assertEquals(Liburing.RING_LENGTH, io_uring.sizeof());
        assertEquals(Liburing.ENTRIES_OFFSET, io_uring.sq$offset() + io_uring_sq.sqes$offset());
        assertEquals(Liburing.QUEUES_LENGTH_OFFSET, io_uring.sq$offset() + io_uring_sq.ring_sz$offset());
        assertEquals(Liburing.QUEUES_OFFSET, io_uring.sq$offset() + io_uring_sq.ring_ptr$offset());
        assertEquals(Liburing.FLAGS_OFFSET, io_uring.flags$offset());
        assertEquals(Liburing.FD_OFFSET, io_uring.ring_fd$offset());
        assertEquals(0, io_uring.sq$offset());
        assertEquals(104, io_uring.cq$offset());
        assertEquals(192, io_uring.flags$offset());
        assertEquals(196, io_uring.ring_fd$offset());
        assertEquals(200, io_uring.features$offset());
        assertEquals(56, io_uring_sq.sqes$offset());
        assertEquals(72, io_uring_sq.ring_sz$offset());
        assertEquals(80, io_uring_sq.ring_ptr$offset());
    }

    @Test
    void shouldLayOutLibcStructuresAsLinuxDoes() {
        assertEquals(16, iovec.sizeof());
        assertEquals(0, iovec.iov_base$offset());
        assertEquals(8, iovec.iov_len$offset());
        assertEquals(56, msghdr.sizeof());
        assertEquals(0, msghdr.msg_name$offset());
        assertEquals(8, msghdr.msg_namelen$offset());
        assertEquals(16, msghdr.msg_iov$offset());
        assertEquals(24, msghdr.msg_iovlen$offset());
        assertEquals(48, msghdr.msg_flags$offset());
        assertEquals(16, timespec.sizeof());
        assertEquals(16, sockaddr_in.sizeof());
        assertEquals(2, sockaddr_in.sin_port$offset());
        assertEquals(4, sockaddr_in.sin_addr$offset());
        assertEquals(28, sockaddr_in6.sizeof());
        assertEquals(2, sockaddr_in6.sin6_port$offset());
        assertEquals(8, sockaddr_in6.sin6_addr$offset());
        assertEquals(24, sockaddr_in6.sin6_scope_id$offset());
        assertEquals(128, sockaddr_storage.sizeof());
        assertEquals(256, statx.sizeof());
        assertEquals(40, statx.stx_size$offset());
        assertEquals(LibcFile.STATX_LENGTH, statx.sizeof());
        assertEquals(LibcFile.STATX_SIZE_OFFSET, statx.stx_size$offset());
    }
}
