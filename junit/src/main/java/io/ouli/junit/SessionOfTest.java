package io.ouli.junit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Names the session of a test after its class and method: the same in every run, another for every test.
 *
 * <pre>
 * com.example.OrdersTest, shouldList()          com.example.OrdersTest/shouldList
 * com.example.OrdersTest$Empty, shouldList()    com.example.OrdersTest.Empty/shouldList
 * the second invocation of a parameterised one  com.example.OrdersTest/shouldList/2
 * </pre>
 */
final class SessionOfTest {
    private static final Pattern INVOCATION = Pattern.compile("#([0-9]+)\\]$");

    private SessionOfTest() {
    }

    static String name(final ExtensionContext context) {
        final String type = context.getRequiredTestClass().getName().replace('$', '.');
        final String name = segment(type) + "/" + segment(context.getRequiredTestMethod().getName());
        final Matcher invocation = INVOCATION.matcher(context.getUniqueId());
        return invocation.find() ? name + "/" + invocation.group(1) : name;
    }

    /** A name in Java or Kotlin may hold what a session's name may not: it stands as its code between dashes. */
    private static String segment(final String name) {
        final StringBuilder segment = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (c < 0x80 && Character.isLetterOrDigit(c) || c == '.' || c == '_') {
                segment.appendCodePoint(c);
            } else {
                segment.append('-').append(Integer.toHexString(c)).append('-');
            }
        });
        return segment.toString();
    }
}
