package dev.midstream.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.ca.AuthorityException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableFile;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private Authority authority;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = Authority.init(directory, "test", NOW);
  }

  private X509Certificate certificate(String name) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(Files.newInputStream(directory.resolve(name + ".pem")));
  }

  private static void refuses(Problem problem, ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AuthorityException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessage(message);
  }

  @Test
  @DisplayName("LD-1 a certificate of a node leads to the authority, for both ends of TLS")
  void issuesForNodes() throws Exception {
    Authority.open(directory).issue("n1", directory, NOW, DAY);

    X509Certificate issued = certificate("n1");
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(certificate("ca"), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(issued)), parameters);
    assertThat(issued.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(issued.getSubjectAlternativeNames()).containsExactly(List.of(2, "n1"));
    assertThat(issued.getNotBefore()).isEqualTo(Date.from(NOW.minus(Duration.ofHours(1))));
    assertThat(issued.getNotAfter()).isEqualTo(Date.from(NOW.plus(DAY)));
    assertThat(issued.getSerialNumber()).isNotEqualTo(certificate("ca").getSerialNumber());
  }

  @Test
  @DisplayName("LD-15 the signature of a file holds of that file only, and is the signer's")
  void signsFiles() throws Exception {
    Path file = Files.writeString(directory.resolve("c.yaml"), "mode: enforce\n");

    Path signature = authority.sign(file, NOW);

    assertThat(signature).isEqualTo(directory.resolve("c.yaml.p7s"));
    assertThat(isSigned(file, signature)).isTrue();
    Files.writeString(file, "mode: monitor\n");
    assertThat(isSigned(file, signature)).isFalse();
  }

  private boolean isSigned(Path file, Path signature) throws Exception {
    CMSSignedData data =
        new CMSSignedData(new CMSProcessableFile(file.toFile()), Files.readAllBytes(signature));
    X509CertificateHolder signer = data.getCertificates().getMatches(null).iterator().next();
    assertThat(signer.getEncoded()).isEqualTo(certificate("signer").getEncoded());
    try {
      return data.getSignerInfos()
          .getSigners()
          .iterator()
          .next()
          .verify(
              new JcaSimpleSignerInfoVerifierBuilder().build(certificate("signer").getPublicKey()));
    } catch (CMSSignerDigestMismatchException e) {
      return false;
    }
  }

  @Test
  @DisplayName("LD-1 no certificate outlasts the one that signs it, and nothing is signed later")
  void refusesToOutlast() throws Exception {
    Instant end = NOW.plus(Authority.AUTHORITY_DURATION);
    String file = directory + ": the certificate of the ";
    Path signed = Files.writeString(directory.resolve("x"), "x");

    authority.issue("last", directory, end.minus(DAY), DAY);

    refuses(
        Problem.VALIDITY,
        () -> authority.issue("n1", directory, end.minus(DAY), DAY.plusSeconds(1)),
        file + "authority is not valid that long, end=" + end);
    refuses(
        Problem.VALIDITY,
        () -> authority.issue("n1", directory, NOW.minus(DAY), DAY),
        file + "authority is not valid that long, end=" + end);
    refuses(
        Problem.VALIDITY,
        () -> authority.sign(signed, end.plusSeconds(1)),
        file + "signer is not valid that long, end=" + end);
    assertThat(directory.resolve("n1.key")).doesNotExist();
    assertThat(directory.resolve("x.p7s")).doesNotExist();
  }

  @Test
  @DisplayName("LD-1 a key of another certificate is not used")
  void refusesAnotherKey() throws Exception {
    Files.copy(
        directory.resolve("signer.key"),
        directory.resolve("ca.key"),
        StandardCopyOption.REPLACE_EXISTING);
    refuses(
        Problem.FILE,
        () -> Authority.open(directory),
        directory.resolve("ca.key")
            + ": is not the key of the certificate, file="
            + directory.resolve("ca.pem"));
  }

  @Test
  @DisplayName("LD-1 files of another kind are no authority")
  void refusesOtherFiles() throws Exception {
    Files.writeString(directory.resolve("ca.key"), "secret");
    refuses(
        Problem.FILE,
        () -> Authority.open(directory),
        directory.resolve("ca.key") + ": holds no private key (PKCS #8)");
    Files.writeString(directory.resolve("ca.pem"), "authority");
    refuses(
        Problem.FILE,
        () -> Authority.open(directory),
        directory.resolve("ca.pem") + ": holds no certificate");
  }
}
