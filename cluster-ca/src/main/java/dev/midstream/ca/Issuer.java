package dev.midstream.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Issues certificates (RFC 5280).
 *
 * @param authority signs them; null for one that signs itself
 */
record Issuer(@Nullable Identity authority) {
  static final String SIGNATURE = "SHA256withECDSA";

  /* Clocks of nodes may be behind the one of the authority. */
  private static final Duration EARLIER = Duration.ofHours(1);
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a certificate is for. */
  enum Use {
    /** Issuing others. */
    AUTHORITY,
    /** Connections between nodes, at both ends. */
    NODE,
    /** Signing code and configuration. */
    CODE
  }

  Identity issue(Use use, String name, Instant now, Duration validity) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      KeyPair keys = generator.generateKeyPair();
      X509v3CertificateBuilder builder = builder(name, now, validity, keys);
      addUse(builder, use, name);
      PrivateKey signing = authority == null ? keys.getPrivate() : authority.key();
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signing)));
      return new Identity(certificate, keys.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509v3CertificateBuilder builder(
      String name, Instant now, Duration validity, KeyPair keys)
      throws IOException, GeneralSecurityException {
    X500Principal subject = new X500Principal("CN=" + name);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            authority == null ? subject : authority.certificate().getSubjectX500Principal(),
            new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
            Date.from(now.minus(EARLIER)),
            Date.from(now.plus(validity)),
            subject,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(keys.getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(
            authority == null ? keys.getPublic() : authority.certificate().getPublicKey()));
    return builder;
  }

  private static void addUse(X509v3CertificateBuilder builder, Use use, String name)
      throws IOException {
    boolean isAuthority = use == Use.AUTHORITY;
    builder.addExtension(
        Extension.basicConstraints,
        true,
        isAuthority ? new BasicConstraints(0) : new BasicConstraints(false));
    int bits = isAuthority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
    switch (use) {
      case AUTHORITY -> {
        // it has no extended use: it signs nothing but certificates
      }
      case CODE ->
          builder.addExtension(
              Extension.extendedKeyUsage,
              true,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
      case NODE -> {
        builder.addExtension(
            Extension.extendedKeyUsage,
            true,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
      }
    }
  }
}
