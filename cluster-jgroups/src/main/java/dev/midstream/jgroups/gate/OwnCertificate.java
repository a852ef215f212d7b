package dev.midstream.jgroups.gate;

import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks a node's own certificate when it starts, so that it says at once what all others would
 * refuse.
 */
record OwnCertificate(Path file, List<X509Certificate> path) {
  private static final String SIGNATURE = "SHA256withECDSA";
  /* serverAuth and clientAuth (RFC 5280 4.2.1.12) */
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final byte[] SAMPLE = {1, 2, 3};

  void check(
      List<X509Certificate> trusted, Path authority, PrivateKey key, Path keyFile, String node)
      throws CarrierException {
    X509Certificate own = path.getFirst();
    checkPath(trusted, authority);
    checkUse(own);
    if (!belongs(key, own)) {
      throw refused(
          Reason.WRONG_KEY, keyFile + ": is not the key of the certificate, file=" + file);
    }
    List<String> names = Credentials.namesOf(own);
    if (!names.contains(node)) {
      throw refused(
          Reason.MISNAMED,
          file + ": has another name: node=" + node + " certificate=" + String.join(",", names));
    }
  }

  private void checkPath(List<X509Certificate> trusted, Path authority) throws CarrierException {
    Set<TrustAnchor> anchors =
        trusted.stream().map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet());
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (GeneralSecurityException e) {
      Refusal refusal = ExplainingTrust.explain(e, path.getFirst(), ", authority=" + authority);
      throw new CarrierException(new Refusal(refusal.reason(), file + ": " + refusal.what()), e);
    }
  }

  private void checkUse(X509Certificate own) throws CarrierException {
    List<String> uses = usesOf(own);
    if (!uses.contains(SERVER) || !uses.contains(CLIENT)) {
      throw refused(
          Reason.UNFIT,
          file + ": is not for both ends of TLS, extended key usage=" + String.join(",", uses));
    }
  }

  private static List<String> usesOf(X509Certificate own) {
    try {
      return Objects.requireNonNullElse(own.getExtendedKeyUsage(), List.of());
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initSign(key, new SecureRandom());
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static CarrierException refused(Reason reason, String text) {
    return new CarrierException(new Refusal(reason, text));
  }
}
