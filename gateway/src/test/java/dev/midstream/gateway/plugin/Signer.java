package dev.midstream.gateway.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;
import javax.security.auth.x500.X500Principal;
import jdk.security.jarsigner.JarSigner;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A key with its certificate, made for one test.
 *
 * @param path the certificate, and those above it
 */
public record Signer(PrivateKey key, List<X509Certificate> path) {
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An authority, which signs its own certificate. */
  public static Signer authority(String name) {
    return signer(name, null, true, null, 365);
  }

  /** An authority, with a certificate that is not valid any more. */
  public static Signer expiredAuthority(String name) {
    return signer(name, null, true, null, -1);
  }

  /** One that is no authority, and signs its own certificate. */
  public static Signer alone(String name) {
    return signer(name, null, false, null, 365);
  }

  /** One that signs code, with a certificate of this authority. */
  public Signer issue(String name) {
    return issue(name, KeyPurposeId.id_kp_codeSigning);
  }

  /** One with a certificate of this authority for one purpose. */
  public Signer issue(String name, KeyPurposeId purpose) {
    return signer(name, this, false, purpose, 365);
  }

  /** One that signs code, with a certificate that is not valid any more. */
  public Signer issueExpired(String name) {
    return signer(name, this, false, KeyPurposeId.id_kp_codeSigning, -1);
  }

  /** An authority below this one. */
  public Signer issueAuthority(String name) {
    return signer(name, this, true, null, 365);
  }

  /** The certificate. */
  public X509Certificate certificate() {
    return path.getFirst();
  }

  /** Signs a jar, beside the signatures that it has, and puts it in its place. */
  public Path sign(Path jar) {
    try {
      var certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
      JarSigner signer =
          new JarSigner.Builder(key, certificates)
              .digestAlgorithm("SHA-256")
              .signatureAlgorithm(ALGORITHM)
              .signerName(nameOf(certificate()))
              .build();
      Path signed = jar.resolveSibling(".signed");
      try (ZipFile input = new ZipFile(jar.toFile());
          OutputStream output = Files.newOutputStream(signed)) {
        signer.sign(input, output);
      }
      return Files.move(signed, jar, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the certificate as PEM. */
  public Path writeTo(Path file) throws IOException {
    try {
      Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
      return Files.writeString(
          file,
          "-----BEGIN CERTIFICATE-----\n"
              + new String(lines.encode(certificate().getEncoded()), StandardCharsets.US_ASCII)
              + "\n-----END CERTIFICATE-----\n");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String nameOf(X509Certificate certificate) {
    return certificate
        .getSubjectX500Principal()
        .getName()
        .replace("CN=", "")
        .toUpperCase(Locale.ROOT);
  }

  private static Signer signer(
      String name,
      @Nullable Signer issuer,
      boolean isAuthority,
      @Nullable KeyPurposeId purpose,
      int days) {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
      X500Principal subject = new X500Principal("CN=" + name);
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
              new BigInteger(64, RANDOM),
              Date.from(now.minus(30, ChronoUnit.DAYS)),
              Date.from(now.plus(days, ChronoUnit.DAYS)),
              subject,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (purpose != null) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      PrivateKey signing = issuer == null ? keys.getPrivate() : issuer.key();
      var holder = builder.build(new JcaContentSignerBuilder(ALGORITHM).build(signing));
      List<X509Certificate> path = new ArrayList<>();
      path.add(new JcaX509CertificateConverter().getCertificate(holder));
      if (issuer != null) {
        path.addAll(issuer.path());
      }
      return new Signer(keys.getPrivate(), path);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
