package io.ouli.proxy.upstream;

import io.ouli.engine.OuliException;
import io.ouli.proxy.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the TLS contexts of upstreams: whom to trust. */
public final class TlsTrust {
    private TlsTrust() {
    }

    /** {@return a context that trusts whom Java trusts here} */
    public static SSLContext system() {
        try {
            return SSLContext.getDefault();
        } catch (final GeneralSecurityException e) {
            throw new OuliException("the system's trust store cannot be used: " + e.getMessage()
                    + "; check javax.net.ssl.trustStore, or name the certificates with --upstream-ca FILE", e);
        }
    }

    /**
     * {@return a context that trusts the certificates of a file and no others}
     *
     * @param file PEM, any number of certificates.
     * @throws ConfigException if it cannot be read or holds none.
     */
    public static SSLContext ofFile(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw unusable(file, "holds no certificate", null);
            }
            final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (final Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            final TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return context(factory.getTrustManagers());
        } catch (final NoSuchFileException e) {
            throw unusable(file, "does not exist", e);
        } catch (final CertificateException e) {
            throw unusable(file, "is not a file of PEM certificates", e);
        } catch (final IOException | GeneralSecurityException e) {
            throw unusable(file, "cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static ConfigException unusable(final Path file, final String wrong, final Exception cause) {
        return new ConfigException("the upstream's CA file " + file + " " + wrong
                + "; name a PEM file with --upstream-ca or upstream_ca", cause);
    }

    /** {@return a context that trusts everybody} */
    public static SSLContext everybody() {
        try {
            return context(new TrustManager[] {new Everybody()});
        } catch (final GeneralSecurityException e) {
            throw new OuliException("TLS cannot be used: " + e.getMessage() + "; check this Java's java.security", e);
        }
    }

    private static SSLContext context(final TrustManager[] managers) throws GeneralSecurityException {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    /** An extended one, since others are wrapped by a check of the host's name. */
    private static final class Everybody extends X509ExtendedTrustManager {
        private static final X509Certificate[] NONE = {};

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final Socket socket) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final Socket socket) {
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return NONE;
        }
    }
}
