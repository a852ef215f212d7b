package dev.midstream.jgroups.gate;

import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Checks certificates as the platform does, and says what is wrong with one in plain words. */
final class ExplainingTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager platform;

  ExplainingTrust(X509ExtendedTrustManager platform) {
    this.platform = platform;
  }

  /** A certificate is not accepted. */
  static final class ExplainedException extends CertificateException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    ExplainedException(Refusal refusal, CertificateException cause) {
      super(refusal.text(), cause);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] path, String type, Socket socket)
      throws CertificateException {
    try {
      platform.checkClientTrusted(path, type, socket);
    } catch (CertificateException e) {
      throw explained(path[0], Gate.placeOf(socket, false), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] path, String type, Socket socket)
      throws CertificateException {
    try {
      platform.checkServerTrusted(path, type, socket);
    } catch (CertificateException e) {
      throw explained(path[0], Gate.placeOf(socket, true), e);
    }
  }

  private static ExplainedException explained(
      X509Certificate certificate, String where, CertificateException error) {
    String which =
        ": names="
            + String.join(",", Credentials.namesOf(certificate))
            + " issuer="
            + certificate.getIssuerX500Principal().getName()
            + where;
    return new ExplainedException(explain(error, certificate, which), error);
  }

  /** What is wrong with a certificate. */
  static Refusal explain(Exception error, X509Certificate certificate, String which) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof CertificateExpiredException) {
        return new Refusal(
            Reason.EXPIRED,
            "the certificate ended " + certificate.getNotAfter().toInstant() + which);
      }
      if (each instanceof CertificateNotYetValidException) {
        return new Refusal(
            Reason.EXPIRED,
            "the certificate begins " + certificate.getNotBefore().toInstant() + which);
      }
    }
    String message = String.valueOf(error.getMessage());
    if (message.contains("key usage")) {
      return new Refusal(Reason.UNFIT, "the certificate is not one of a node" + which);
    }
    return new Refusal(Reason.FOREIGN, "the certificate is of another authority" + which);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] path, String type, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(path, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] path, String type, SSLEngine engine)
      throws CertificateException {
    platform.checkServerTrusted(path, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] path, String type) throws CertificateException {
    platform.checkClientTrusted(path, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] path, String type) throws CertificateException {
    platform.checkServerTrusted(path, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }
}
