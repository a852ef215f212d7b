package dev.midstream.gateway.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The certificates that the operator trusts to sign plug-ins. One stands for itself; if it is that
 * of an authority, it also stands for those that the authority issued for signing code. Immutable.
 */
public final class TrustedSigners {
  private static final String X509 = "X.509";

  /** RFC 5280 section 4.2.1.12, id-kp-codeSigning. */
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

  private final Set<X509Certificate> certificates;

  /** Trusts these certificates. */
  public TrustedSigners(Collection<X509Certificate> certificates) {
    this.certificates = Set.copyOf(certificates);
  }

  /**
   * The certificates of a file, in PEM or DER.
   *
   * @throws CertificateException if the file holds something else, or none
   */
  public static List<X509Certificate> certificatesIn(Path file)
      throws IOException, CertificateException {
    try (InputStream input = Files.newInputStream(file)) {
      List<X509Certificate> certificates =
          certified(CertificateFactory.getInstance(X509).generateCertificates(input));
      if (certificates.isEmpty()) {
        throw new CertificateException("no certificate");
      }
      return certificates;
    }
  }

  /** Refuses a signer that is not trusted today. Revocation is not asked for. */
  void check(CodeSigner signer) throws PluginException {
    List<X509Certificate> path = certified(signer.getSignerCertPath().getCertificates());
    X509Certificate certificate = path.getFirst();
    try {
      if (certificates.contains(certificate)) {
        certificate.checkValidity();
      } else {
        checkIssued(path);
      }
    } catch (GeneralSecurityException e) {
      throw new PluginException(
          "its signer is not trusted, signer="
              + certificate.getSubjectX500Principal()
              + " error="
              + e.getMessage(),
          e);
    }
  }

  private static List<X509Certificate> certified(Collection<? extends Certificate> certificates) {
    return certificates.stream().map(X509Certificate.class::cast).toList();
  }

  /** Checks a path, from the signer to an authority (RFC 5280 section 6). */
  private void checkIssued(List<X509Certificate> path) throws GeneralSecurityException {
    List<String> uses = path.getFirst().getExtendedKeyUsage();
    if (uses == null || !uses.contains(CODE_SIGNING)) {
      throw new CertificateException("its certificate is not for signing code");
    }
    Set<TrustAnchor> authorities = new HashSet<>();
    for (X509Certificate each : certificates) {
      if (each.getBasicConstraints() >= 0) {
        authorities.add(new TrustAnchor(each, null));
      }
    }
    if (authorities.isEmpty()) {
      throw new CertificateException("no trusted certificate is that of an authority");
    }
    PKIXParameters parameters = new PKIXParameters(authorities);
    parameters.setRevocationEnabled(false);
    List<X509Certificate> below = path.stream().takeWhile(c -> !certificates.contains(c)).toList();
    var result =
        (PKIXCertPathValidatorResult)
            CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance(X509).generateCertPath(below), parameters);
    result.getTrustAnchor().getTrustedCert().checkValidity();
  }
}
