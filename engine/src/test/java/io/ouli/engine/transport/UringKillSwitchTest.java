package io.ouli.engine.transport;

import io.ouli.uring.RingFeature;
import org.junit.jupiter.api.Nested;

/** The contract on io_uring without one kernel feature after another, as on older kernels or when switched off. */
class UringKillSwitchTest {
    private abstract static class SwitchedOff extends TransportContractTest {
        @Override
        int bulkBytes() {
            return 8 << 20;
        }
    }

    @Nested
    class WithoutMultishotReceive extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.MULTISHOT_RECV);
        }
    }

    @Nested
    class WithoutMultishotAccept extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.MULTISHOT_ACCEPT);
        }
    }

    @Nested
    class WithoutBufferRing extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.BUFFER_RING);
        }
    }

    @Nested
    class WithoutDeferredTaskRun extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.DEFER_TASKRUN);
        }
    }

    @Nested
    class WithoutAnyTaskRunFlag extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(
                    RingFeature.DEFER_TASKRUN, RingFeature.COOP_TASKRUN, RingFeature.SINGLE_ISSUER);
        }
    }

    @Nested
    class WithoutCancelByDescriptor extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.CANCEL_BY_FD);
        }
    }

    @Nested
    class WithoutSubmitAll extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.SUBMIT_ALL);
        }
    }

    @Nested
    class WithoutLiburing extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.LIBURING);
        }
    }

    @Nested
    class WithoutAnything extends SwitchedOff {
        @Override
        ContractNetwork network() {
            return UringContract.network(RingFeature.values());
        }
    }
}
