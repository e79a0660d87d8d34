package io.ouli;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The dependency rules of docs/ARCHITECTURE.md, checked on the compiled classes of every product module. */
@AnalyzeClasses(packages = "io.ouli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule BINDINGS_KNOW_NOBODY = noClasses().that().resideInAPackage("io.ouli.ffm..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.ouli.uring..", "io.ouli.redact..", "io.ouli.engine..", "io.ouli.proxy..");

    @ArchTest
    static final ArchRule RINGS_KNOW_BINDINGS_ONLY = noClasses().that().resideInAPackage("io.ouli.uring..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.ouli.redact..", "io.ouli.engine..", "io.ouli.proxy..");

    @ArchTest
    static final ArchRule SEARCHERS_KNOW_BYTES_ONLY = noClasses().that().resideInAPackage("io.ouli.redact..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.ouli.ffm..", "io.ouli.uring..", "io.ouli.engine..", "io.ouli.proxy..",
                    "java.net..", "java.nio.file..");

    @ArchTest
    static final ArchRule ENGINE_KNOWS_NO_COMMAND_LINE_TLS_OR_UPSTREAM = noClasses()
            .that().resideInAPackage("io.ouli.engine..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.ouli.proxy..", "picocli..", "javax.net.ssl..", "java.net.http..", "org.snakeyaml..");

    @ArchTest
    static final ArchRule VECTOR_API_LIVES_IN_ONE_PACKAGE = noClasses()
            .that().resideOutsideOfPackage("io.ouli.redact.vector..")
            .should().dependOnClassesThat().resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule PROXY_SERVES_THROUGH_THE_EMBEDDING_API = noClasses()
            .that().resideInAnyPackage("io.ouli.proxy.server..", "io.ouli.proxy.upstream..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "io.ouli.engine.recording..", "io.ouli.engine.match..", "io.ouli.engine.fingerprint..",
                    "io.ouli.engine.redaction..", "io.ouli.ffm..", "io.ouli.uring..");

    @ArchTest
    static final ArchRule NO_UNSAFE = noClasses()
            .should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe");

    @ArchTest
    static final ArchRule ENGINE_ROOMS_HAVE_NO_CYCLES =
            slices().matching("io.ouli.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PROXY_ROOMS_HAVE_NO_CYCLES =
            slices().matching("io.ouli.proxy.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TRANSPORTS_ARE_CHOSEN_IN_ONE_PLACE = classes()
            .that().resideInAnyPackage("io.ouli.engine.transport.uring..", "io.ouli.engine.transport.nio..")
            .should().onlyBeAccessed().byAnyPackage("io.ouli.engine.transport..");
}
