package io.ouli.proxy.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Ends a serving process on SIGTERM, SIGINT or SIGHUP: the first signal closes in order and exits with the closer's
 * code, a second one exits at once with 128 and the signal's number.
 *
 * <p>The first signal is met by a shutdown hook, which costs nothing at start; a virtual machine that ends by a signal
 * would return 143, so the hook itself halts. Only then are handlers for the second signal put in place: the virtual
 * machine's own would wait for the hook to end.
 */
final class Termination {
    private static final String[] SIGNALS = {"INT", "TERM", "HUP"};

    private static volatile boolean armed;
    private static volatile Runnable atEnd;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private Termination(final Thread hook) {
        this.hook = hook;
    }

    /**
     * Arms the process.
     *
     * @param closer closes what runs and returns the exit code; called once, on a thread of its own.
     */
    static Termination arm(final IntSupplier closer) {
        final Thread hook = new Thread(() -> {
            handleSecondSignal();
            int exitCode = ExitCode.BUG;
            try {
                exitCode = closer.getAsInt();
            } finally {
                if (atEnd != null) {
                    atEnd.run();
                }
                FlightRecordings.awaitWritten();
                System.out.flush();
                System.err.flush();
                Runtime.getRuntime().halt(exitCode);
            }
        }, "ouli-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        armed = true;
        return new Termination(hook);
    }

    /** Loads what the end of a process needs, which no start does. */
    static void load() {
        new HaltHandler();
        // Loaded, not initialized: what it uses of the flight recorder is large.
        Objects.requireNonNull(FlightRecordings.class);
    }

    /** Sets what is to be done after the closer, before the process ends. */
    static void atEnd(final Runnable action) {
        atEnd = action;
    }

    /** {@return whether something serves that only the end of the process closes} */
    static boolean isArmed() {
        return armed;
    }

    /** Leaves the end of the process to the virtual machine again; after a signal it is too late for that. */
    void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException alreadyShuttingDown) {
            System.getLogger("io.ouli").log(System.Logger.Level.DEBUG, "a signal came first");
        }
    }

    /** Waits a while; returns whether the process ends. */
    boolean await(final long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for ever; the process ends by a signal. */
    void await() throws InterruptedException {
        ended.await();
    }

    // sun.misc.Signal is the only way to a signal in Java. It is called by reflection, because the compiler warns of
    // its name and no option quiets that, and here warnings are errors.
    private static void handleSecondSignal() {
        try {
            final Class<?> signalType = Class.forName("sun.misc.Signal");
            final Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            final Method handle = signalType.getMethod("handle", signalType, handlerType);
            final Object handler = Proxy.newProxyInstance(
                    Termination.class.getClassLoader(), new Class<?>[] {handlerType}, new HaltHandler());
            for (final String name : SIGNALS) {
                handle.invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (final ReflectiveOperationException | IllegalArgumentException e) {
            System.getLogger("io.ouli").log(System.Logger.Level.DEBUG, "a second signal will not be heard", e);
        } catch (final LinkageError noFileToReadItFrom) {
            return; // With every descriptor taken no class can be loaded; what serves is closed in order all the same.
        }
    }

    /** Ends the process at once. */
    private static final class HaltHandler implements InvocationHandler {
        @Override
        public Object invoke(final Object proxy, final Method method, final Object[] args) throws Throwable {
            if (method.getName().equals("handle")) {
                final int number = (int) args[0].getClass().getMethod("getNumber").invoke(args[0]);
                Runtime.getRuntime().halt(ExitCode.SIGNAL_BASE + number);
            }
            return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == args[0];
                default -> "ends the process at once";
            };
        }
    }
}
