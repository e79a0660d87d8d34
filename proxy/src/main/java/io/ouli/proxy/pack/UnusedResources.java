package io.ouli.proxy.pack;

import java.util.List;

/**
 * What of the JDK's modules a package does without, as {@code jlink --exclude-resources} takes it: 2 MB of it.
 *
 * <p>Of each package of classes one has to stay, as a module says which it has.
 */
public final class UnusedResources {
    private static final List<String> PATTERNS = List.of(
            // Names of characters, for programs that spell them out; of languages and countries.
            "**java/lang/uniName.dat",
            "/java.base/sun/util/resources/cldr/LocaleNames_en*",
            // Tools that are not in the package, and what they and the virtual machine say in other languages.
            "/java.base/sun/security/tools/keytool/Main*",
            "/java.base/sun/security/tools/keytool/resources/*_*",
            "/java.base/sun/launcher/resources/launcher_*",
            "/java.base/sun/security/util/resources/*_*",
            "regex:/jdk.jfr/jdk/jfr/internal/(tool/(?!Command\\.)|query/(?!Query\\.)).*",
            // Encodings that no web page has: of the others that were in java.base, all are still there.
            "regex:/java.base/sun/nio/cs/(EUC_TW|Johab|HKSCS|Big5_HKSCS|MS950_HKSCS|PCK|EUC_JP_).*",
            // Vectors of all but bytes: the class that speaks of each is named by the others, its shapes by no one.
            "regex:/jdk.incubator.vector/jdk/incubator/vector/"
                    + "(Double|Float|Long|Int|Short)(64|128|256|512|Max)Vector.*",
            // A server of management beans, which has no connector here; the beans that we read are there.
            "regex:/java.management/javax/management/(remote|relation|monitor|modelmbean)/(?!.*Exception).*",
            "regex:/java.management/com/sun/jmx/mbeanserver/(?!Util).*",
            "regex:/java.management/com/sun/jmx/interceptor/(?!MBeanServerInterceptor).*",
            // The JDK's modules as a file system; what checks and prints classes that were spun; files by FTP.
            "regex:/java.base/jdk/internal/jrtfs/(?!JrtUtils).*",
            "regex:/java.base/jdk/internal/classfile/impl/verifier/(?!VerificationType\\.).*",
            "/java.base/jdk/internal/classfile/impl/ClassPrinterImpl*",
            "regex:/java.base/sun/net/ftp/(impl/(?!FtpClient\\.)|(?!FtpReplyCode|impl/)).*",
            // A client of web sockets; a server of files.
            "regex:/java.net.http/jdk/internal/net/http/websocket/(?!WebSocketRequest).*",
            "regex:/jdk.httpserver/sun/net/httpserver/simpleserver/(?!Main\\.|resources/simpleserver\\.class).*",
            // What finds where words, lines and sentences end.
            "/java.base/sun/text/resources/*BreakIteratorData",
            "regex:/java.base/sun/text/(RuleBased|Dictionary)(Based)?BreakIterator.*");

    /** How functions are called on processors that a runtime for this one cannot run on. */
    private static final List<String> PATTERNS_OF_AMD64 = List.of(
            "regex:/java.base/jdk/internal/foreign/abi/(aarch64|ppc64)/(CallArranger|TypeClass).*",
            "regex:/java.base/jdk/internal/foreign/abi/(riscv64|s390)/linux/(?!Linux\\w*Linker\\.).*",
            "regex:/java.base/jdk/internal/foreign/abi/fallback/(?!FFIABI\\.).*");

    private UnusedResources() {
    }

    /** {@return them as one argument of jlink} */
    public static String patterns() {
        final String all = String.join(",", PATTERNS);
        return System.getProperty("os.arch").equals("amd64") ? all + "," + String.join(",", PATTERNS_OF_AMD64) : all;
    }
}
