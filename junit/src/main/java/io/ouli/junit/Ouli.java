package io.ouli.junit;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Mode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test its own proxy in front of an upstream, and its own recording.
 *
 * <pre>{@code
 * @Ouli(target = "https://api.example.com")
 * class OrdersTest {
 *     @Test
 *     void shouldListOrders(final OuliProxy api) {
 *         final Orders orders = new OrdersClient(api.uri()).list();
 *         …
 *     }
 * }
 * }</pre>
 *
 * <p>{@code mvn test -Douli.mode=record} records, and {@code mvn test} replays the same bytes without touching the
 * upstream. A test that asks for something that was not recorded fails. Tests may run concurrently; no two share a
 * session.
 *
 * <p>JUnit's configuration parameters {@code ouli.mode}, {@code ouli.target} and {@code ouli.directory}, which may also
 * be system properties, override the annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(OuliExtension.class)
public @interface Ouli {
    /** {@return the upstream's URL, http or https; not needed to replay} */
    String target() default "";

    /** {@return the folder of the recordings, relative to the working directory of the tests} */
    String directory() default "src/test/recordings";

    /** {@return what is done with a request} */
    Mode mode() default Mode.REPLAY;

    /**
     * {@return the class that supplies the redaction and fingerprint rules, for record and replay alike; it needs a
     * constructor without parameters} By default, credentials in request headers are redacted, and whatever {@code
     * OULI_SECRETS} and {@code OULI_SECRETS_FILE} name.
     */
    Class<? extends Supplier<EndpointPolicy>> policy() default EnvironmentPolicy.class;

    /** {@return whether a test may ask for something unrecorded: it gets a 404, and does not fail for that alone} */
    boolean allowMisses() default false;
}
