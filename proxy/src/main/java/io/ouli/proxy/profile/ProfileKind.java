package io.ouli.proxy.profile;

import java.util.Map;

/** What is sampled. */
enum ProfileKind {
    /** Threads that run. */
    CPU("event=cpu,interval=2ms", Map.of("jdk.ExecutionSample#enabled", "true",
            "jdk.ExecutionSample#period", "10 ms", "jdk.NativeMethodSample#enabled", "true")),
    /** Places that allocate, by bytes. */
    ALLOC("event=alloc,alloc=64k", Map.of("jdk.ObjectAllocationSample#enabled", "true",
            "jdk.ObjectAllocationSample#throttle", "1000/s")),
    /** All threads, whether they run or wait. */
    WALL("event=wall,interval=10ms,threads", Map.of("jdk.ExecutionSample#enabled", "true",
            "jdk.ExecutionSample#period", "10 ms", "jdk.NativeMethodSample#enabled", "true",
            "jdk.NativeMethodSample#period", "10 ms"));

    private final String agentOptions;
    private final Map<String, String> flightSettings;

    ProfileKind(final String agentOptions, final Map<String, String> flightSettings) {
        this.agentOptions = agentOptions;
        this.flightSettings = flightSettings;
    }

    /** {@return async-profiler's options} */
    String agentOptions() {
        return agentOptions;
    }

    /** {@return the flight recorder's settings} */
    Map<String, String> flightSettings() {
        return flightSettings;
    }
}
