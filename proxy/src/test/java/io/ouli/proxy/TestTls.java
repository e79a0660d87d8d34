package io.ouli.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's key and certificate, made by the JDK's keytool, that nobody trusts until told so. */
public final class TestTls {
    private static final String PASSWORD = "password";
    private static TestTls local;

    private final KeyStore keys;
    private final Path certificate;

    private TestTls(final KeyStore keys) throws IOException, GeneralSecurityException {
        this.keys = keys;
        final String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getCertificate("server").getEncoded());
        certificate = Files.createTempFile("ouli-test", ".pem");
        certificate.toFile().deleteOnExit();
        Files.writeString(certificate, "# for tests\n-----BEGIN CERTIFICATE-----\n" + body
                + "\n-----END CERTIFICATE-----\n", StandardCharsets.US_ASCII);
    }

    /** Returns a certificate for localhost and 127.0.0.1; made once, since keytool takes its time. */
    public static synchronized TestTls local() {
        if (local == null) {
            local = make("dns:localhost,ip:127.0.0.1");
        }
        return local;
    }

    /** Makes a certificate for other names. */
    public static TestTls make(final String alternativeNames) {
        try {
            final Path store = Files.createTempDirectory("ouli-test-tls").resolve("keys.p12");
            final int exit = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD,
                    "-alias", "server", "-keyalg", "EC", "-dname", "CN=ouli test", "-ext", "SAN=" + alternativeNames)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            if (exit != 0) {
                throw new AssertionError("keytool ended with " + exit);
            }
            final KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.delete(store);
            Files.delete(store.getParent());
            return new TestTls(keys);
        } catch (final IOException | GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a context for a server. */
    public SSLContext server() throws GeneralSecurityException {
        final KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Returns the PEM file of the certificate, for those who are to trust it. */
    public Path certificate() {
        return certificate;
    }
}
