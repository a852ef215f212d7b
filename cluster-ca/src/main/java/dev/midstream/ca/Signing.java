package dev.midstream.ca;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableFile;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs files.
 *
 * @param signer the signer
 * @param authority the issuer of the signer's certificate
 */
record Signing(Identity signer, Identity authority) {
  private static final String DIGEST = "SHA-256";

  /** Puts the signature into a jar, which then appears in its place. */
  Path signJar(Path jar) throws IOException {
    Path signed = Files.createTempFile(jar.toAbsolutePath().getParent(), ".signed-", ".jar");
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(jar);
      try (ZipFile input = new ZipFile(jar.toFile());
          OutputStream output = Files.newOutputStream(signed)) {
        jarSigner().sign(input, output);
      }
      Files.setPosixFilePermissions(signed, permissions);
      return Files.move(signed, jar, StandardCopyOption.REPLACE_EXISTING);
    } catch (ZipException e) {
      throw new IOException("it is no jar", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.deleteIfExists(signed);
    }
  }

  private JarSigner jarSigner() throws GeneralSecurityException {
    var path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(signer.certificate(), authority.certificate()));
    return new JarSigner.Builder(signer.key(), path)
        .digestAlgorithm(DIGEST)
        .signatureAlgorithm(Issuer.SIGNATURE)
        .signerName("SIGNER")
        .build();
  }

  /** Writes the signature into {@code FILE.p7s}, which is replaced if it is there. */
  Path signDetached(Path file) throws IOException {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .build(
                  new JcaContentSignerBuilder(Issuer.SIGNATURE).build(signer.key()),
                  signer.certificate()));
      generator.addCertificates(new JcaCertStore(List.of(signer.certificate())));
      Path signature = file.resolveSibling(file.getFileName() + ".p7s");
      return Files.write(
          signature, generator.generate(new CMSProcessableFile(file.toFile()), false).getEncoded());
    } catch (CMSException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
