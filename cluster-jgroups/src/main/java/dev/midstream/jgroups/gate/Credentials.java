package dev.midstream.jgroups.gate;

import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** A node's certificate and key, and the authority that it trusts. Immutable. */
public final class Credentials {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] GROUPS = {"secp256r1"};
  private static final int DNS_NAME = 2;

  private final SSLContext context;

  private Credentials(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads the files of a node and checks them, by a handshake with itself too. That takes up to a
   * second in a new process.
   *
   * @param authority the certificate of the cluster's authority, PEM
   * @param certificate the certificate of the node, and those between it and the authority, PEM
   * @param key the node's key, PKCS #8 in PEM
   * @param node the name that the certificate must have
   * @throws CarrierException if a file cannot be read, or does not suit
   */
  public static Credentials load(Path authority, Path certificate, Path key, String node)
      throws CarrierException {
    List<X509Certificate> trusted = PemFile.certificates(authority);
    List<X509Certificate> path = PemFile.certificates(certificate);
    PrivateKey privateKey = PemFile.key(key);
    new OwnCertificate(certificate, path).check(trusted, authority, privateKey, key, node);
    try {
      Credentials loaded = new Credentials(context(trusted, path, privateKey));
      Rehearsal.run(loaded::engine);
      return loaded;
    } catch (SSLException e) {
      Refusal refusal =
          new Refusal(
              Reason.UNFIT, certificate + ": does not do for a handshake: " + e.getMessage());
      throw new CarrierException(refusal, e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(
      List<X509Certificate> trusted, List<X509Certificate> path, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("node", key, new char[0], path.toArray(Certificate[]::new));
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, new char[0]);
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    for (int each = 0; each < trusted.size(); each++) {
      authorities.setCertificateEntry("authority " + each, trusted.get(each));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(own.getKeyManagers(), explaining(trust.getTrustManagers()), null);
    return context;
  }

  private static TrustManager[] explaining(TrustManager[] managers) {
    return new TrustManager[] {new ExplainingTrust((X509ExtendedTrustManager) managers[0])};
  }

  /** TLS over a connection, before its handshake. Both sides must show a certificate. */
  SSLSocket secure(Socket raw, boolean isClient) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(raw, raw.getInetAddress().getHostAddress(), raw.getPort(), true);
    tls.setUseClientMode(isClient);
    tls.setSSLParameters(restricted(tls.getSSLParameters(), isClient));
    return tls;
  }

  private SSLEngine engine(boolean isClient) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(isClient);
    engine.setSSLParameters(restricted(engine.getSSLParameters(), isClient));
    return engine;
  }

  private static SSLParameters restricted(SSLParameters parameters, boolean isClient) {
    parameters.setProtocols(PROTOCOLS);
    parameters.setNamedGroups(GROUPS);
    if (!isClient) {
      parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  /** The names in the certificate that the peer has shown. */
  static List<String> namesOf(SSLSocket tls) throws IOException {
    return namesOf((X509Certificate) tls.getSession().getPeerCertificates()[0]);
  }

  /** The names in a certificate: those of the kind dNSName. */
  static List<String> namesOf(X509Certificate certificate) {
    try {
      return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
          .flatMap(names -> names.stream())
          .filter(name -> Objects.equals(name.get(0), DNS_NAME))
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /**
   * Why a connection failed in its handshake; empty if the peer is gone or merely silent.
   *
   * @param where the peer, as {@link Gate#placeOf} says it
   */
  static Optional<Refusal> explain(String where, IOException error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof RefusedException refused) {
        return Optional.of(refused.refusal());
      }
      if (each instanceof ExplainingTrust.ExplainedException explained) {
        return Optional.of(explained.refusal());
      }
      if (each instanceof EOFException || each instanceof SocketException) {
        return Optional.empty();
      }
    }
    String message = String.valueOf(error.getMessage());
    if (message.contains("fatal alert") && message.contains("certificate")) {
      return Optional.of(
          new Refusal(
              Reason.REFUSED_BY_PEER,
              "the peer refuses this node's certificate: " + message + where));
    }
    return error instanceof SSLException && !message.contains("closed")
        ? Optional.of(new Refusal(Reason.NO_GREETING, "no TLS: " + message + where))
        : Optional.empty();
  }
}
