package io.ouli.junit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Names the session of a test after its class and method: the same in every run, another for every test.
 *
 * <pre>
 * com.example.OrdersTest, shouldList()          com.example.OrdersTest/shouldList
 * com.example.OrdersTest$Empty, shouldList()    com.example.OrdersTest.Empty/shouldList
 * the second invocation of a parameterised one  com.example.OrdersTest/shouldList/2
 * its third in the second of its class          com.example.OrdersTest/shouldList/2/3
 * one of two, shouldList(String)                com.example.OrdersTest/shouldList.String
 * </pre>
 */
final class SessionOfTest {
    /** Of a method, and of the classes around it: {@code [test-template-invocation:#2]}. */
    private static final Pattern INVOCATION = Pattern.compile("-invocation:#([0-9]+)\\]");

    private SessionOfTest() {
    }

    static String name(final ExtensionContext context) {
        final String type = context.getRequiredTestClass().getName().replace('$', '.');
        final StringBuilder name = new StringBuilder(segment(type)).append('/').append(method(context));
        final Matcher invocation = INVOCATION.matcher(context.getUniqueId());
        while (invocation.find()) {
            name.append('/').append(invocation.group(1));
        }
        return name.toString();
    }

    /** Tests of one name are told apart by the types of their parameters. */
    private static String method(final ExtensionContext context) {
        final Method method = context.getRequiredTestMethod();
        final Predicate<Method> isNamesake = other -> other.getName().equals(method.getName())
                && AnnotationSupport.isAnnotated(other, Testable.class);
        final List<Method> namesakes = ReflectionSupport.findMethods(
                context.getRequiredTestClass(), isNamesake, HierarchyTraversalMode.TOP_DOWN);
        final StringBuilder name = new StringBuilder(segment(method.getName()));
        if (namesakes.size() > 1) {
            for (final Class<?> type : method.getParameterTypes()) {
                name.append('.').append(segment(type.getSimpleName()));
            }
        }
        return name.toString();
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
