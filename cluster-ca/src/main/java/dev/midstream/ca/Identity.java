package dev.midstream.ca;

import dev.midstream.ca.AuthorityException.Problem;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** A certificate and its key. */
record Identity(X509Certificate certificate, PrivateKey key) {

  private static final byte[] SAMPLE = {1, 2, 3};

  /** Reads {@code NAME.pem} and {@code NAME.key}, which must belong to each other. */
  static Identity read(Path directory, String name) throws AuthorityException {
    Path certificate = directory.resolve(name + ".pem");
    Path key = directory.resolve(name + ".key");
    try {
      if (!(readFirst(certificate) instanceof X509CertificateHolder holder)) {
        throw new AuthorityException(Problem.FILE, certificate + ": holds no certificate");
      }
      if (!(readFirst(key) instanceof PrivateKeyInfo info)) {
        throw new AuthorityException(Problem.FILE, key + ": holds no private key (PKCS #8)");
      }
      Identity read =
          new Identity(
              new JcaX509CertificateConverter().getCertificate(holder),
              new JcaPEMKeyConverter().getPrivateKey(info));
      if (!read.isPair()) {
        throw new AuthorityException(
            Problem.FILE, key + ": is not the key of the certificate, file=" + certificate);
      }
      return read;
    } catch (IOException | GeneralSecurityException e) {
      throw new AuthorityException(Problem.FILE, certificate + ": cannot be read, error=" + e, e);
    }
  }

  private boolean isPair() {
    try {
      Signature signature = Signature.getInstance(Issuer.SIGNATURE);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Object readFirst(Path file) throws IOException, AuthorityException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        PEMParser parser = new PEMParser(reader)) {
      Object first = parser.readObject();
      return first == null ? "" : first;
    } catch (NoSuchFileException e) {
      throw new AuthorityException(
          Problem.FILE, file + ": no such file; midstream ca init makes an authority", e);
    }
  }

  String certificateText() throws IOException {
    return text(certificate);
  }

  String keyText() throws IOException {
    return text(new JcaPKCS8Generator(key, null));
  }

  private static String text(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
