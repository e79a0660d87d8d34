package io.ouli.ffm;

import java.util.Locale;

/** Says whether native calls can be made in this process and, if not, what to do about it. */
public final class Native {
    /** Set to {@code false} to keep Ouli from making any native call. */
    public static final String ENABLED_PROPERTY = "ouli.native.enabled";

    private static final String CAUSE = unavailabilityCause(
            System.getProperty("os.name", ""),
            System.getProperty("os.arch", ""),
            Boolean.parseBoolean(System.getProperty(ENABLED_PROPERTY, "true")),
            Native.class.getModule().isNativeAccessEnabled(),
            moduleName());

    private Native() {
    }

    /** {@return true when the calls of this package can be made} Makes no native call itself. */
    public static boolean available() {
        return CAUSE == null;
    }

    /** {@return one line that names the reason and the remedy, or null when native calls are available} */
    public static String unavailabilityCause() {
        return CAUSE;
    }

    /**
     * Fails when native calls are not available.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause()} as its message.
     */
    public static void ensureAvailable() {
        if (CAUSE != null) {
            throw new UnsupportedOperationException(CAUSE);
        }
    }

    static String unavailabilityCause(
            final String osName,
            final String osArch,
            final boolean enabled,
            final boolean nativeAccessEnabled,
            final String moduleName) {
        if (!enabled) {
            return "native calls are switched off by -D" + ENABLED_PROPERTY + "=false";
        }
        if (!osName.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return "native calls need Linux, this is " + osName;
        }
        // The calls pass every argument as a 64-bit register; both names below mean exactly such an ABI.
        if (!osArch.equals("amd64") && !osArch.equals("aarch64")) {
            return "native calls need a 64-bit x86 or ARM processor, this is " + osArch;
        }
        if (!nativeAccessEnabled) {
            return "native calls are not allowed; start java with --enable-native-access=" + moduleName;
        }
        return null;
    }

    private static String moduleName() {
        final Module module = Native.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }
}
