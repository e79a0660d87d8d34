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
 * Gives each test a proxy of its own in front of an upstream, and a recording of its own.
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
 * <p>{@code mvn test -Douli.mode=record} records, {@code mvn test} replays: the same bytes, and the upstream is never
 * touched. A test that asks for what was not recorded fails. Tests may run at the same time; no two share a session.
 *
 * <p>JUnit's configuration parameters {@code ouli.mode}, {@code ouli.target} and {@code ouli.directory} (system
 * properties, too) go before what stands here.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(OuliExtension.class)
public @interface Ouli {
    /** Returns the upstream's URL, http or https; not needed to replay. */
    String target() default "";

    /** Returns the folder of the recordings, from the working directory of the tests. */
    String directory() default "src/test/recordings";

    /** Returns what is done with a request. */
    Mode mode() default Mode.REPLAY;

    /**
     * Returns what gives the rules of redaction and fingerprint, by a constructor without parameters; the same on
     * record and on replay. Without it credentials in request headers are redacted, and whatever {@code OULI_SECRETS}
     * and {@code OULI_SECRETS_FILE} name.
     */
    Class<? extends Supplier<EndpointPolicy>> policy() default EnvironmentPolicy.class;

    /** Returns whether a test may ask for what was not recorded; it gets 404 then, and does not fail by that alone. */
    boolean allowMisses() default false;
}
