package dev.midstream.jgroups.gate;

import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys (RFC 7468). */
final class PemFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private PemFile() {}

  static List<X509Certificate> certificates(Path file) throws CarrierException {
    try {
      List<X509Certificate> read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(octets(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (read.isEmpty()) {
        throw problem(file, "holds no certificate", null);
      }
      return read;
    } catch (CertificateException e) {
      throw problem(file, "holds no certificate in PEM", e);
    }
  }

  static PrivateKey key(Path file) throws CarrierException {
    Matcher text = KEY.matcher(new String(octets(file), StandardCharsets.US_ASCII));
    if (!text.find()) {
      throw problem(file, "holds no private key in PEM (PKCS #8, without password)", null);
    }
    try {
      byte[] octets = Base64.getMimeDecoder().decode(text.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(octets));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw problem(file, "holds no key of an elliptic curve", e);
    }
  }

  private static byte[] octets(Path file) throws CarrierException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw problem(file, "is larger than 1 MiB", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw problem(file, "no such file", e);
    } catch (IOException e) {
      throw problem(file, "cannot be read", e);
    }
  }

  private static CarrierException problem(
      Path file, String what, @org.jspecify.annotations.Nullable Exception cause) {
    return new CarrierException(new Refusal(Reason.FILE, file + ": " + what), cause);
  }
}
