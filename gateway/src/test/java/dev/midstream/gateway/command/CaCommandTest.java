package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.plugin.TrustedSigners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaCommandTest {
  @TempDir private Path directory = Path.of("");

  private Path authority() {
    Path made = directory.resolve("authority");
    CommandRun run = CommandRun.of("ca", "init", made);
    assertThat(run.errorLines()).isEmpty();
    assertThat(run.out().lines())
        .containsExactly(
            made.resolve("ca.pem").toString(),
            made.resolve("ca.key").toString(),
            made.resolve("signer.pem").toString(),
            made.resolve("signer.key").toString())
        .allMatch(each -> Files.exists(Path.of(each)));
    return made;
  }

  private static X509Certificate certificate(Path file) throws Exception {
    return TrustedSigners.certificatesIn(file).getFirst();
  }

  @Test
  @DisplayName("LD-1 ca issue makes a certificate that bears the node's name, and its key")
  void issuesCertificates() throws Exception {
    Path authority = authority();

    CommandRun run = CommandRun.of("ca", "issue", "n1", "--directory", authority, "--days", "10");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    Path file = authority.resolve("n1.pem");
    assertThat(run.out().lines())
        .containsExactly(file.toString(), authority.resolve("n1.key").toString());
    X509Certificate issued = certificate(file);
    issued.verify(certificate(authority.resolve("ca.pem")).getPublicKey());
    assertThat(issued.getSubjectAlternativeNames()).containsExactly(List.of(2, "n1"));
    assertThat(issued.getBasicConstraints()).isEqualTo(-1);
    assertThat(Duration.between(Instant.now(), issued.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(9), Duration.ofDays(10));
  }

  @Test
  @DisplayName("LD-1 keys can be read by their owner alone")
  void keepsKeysSecret() throws Exception {
    Path authority = authority();
    CommandRun.of("ca", "issue", "n1", "--directory", authority);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(authority)))
        .isEqualTo("rwx------");
    for (String name : List.of("ca.key", "signer.key", "n1.key")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(authority.resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  @DisplayName("LD-15 a jar that ca sign has signed is one of a trusted signer")
  void signsJars() throws Exception {
    Path authority = authority();
    Path jar = directory.resolve("agent.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("example/A.txt"));
      out.write(new byte[] {1, 2, 3});
      out.closeEntry();
    }

    CommandRun run = CommandRun.of("ca", "sign", jar, "--directory", authority);

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly(jar.toString());
    try (JarFile signed = new JarFile(jar.toFile(), true)) {
      JarEntry entry = signed.getJarEntry("example/A.txt");
      signed.getInputStream(entry).readAllBytes();
      assertThat(entry.getCodeSigners()).hasSize(1);
      assertThat(entry.getCodeSigners()[0].getSignerCertPath().getCertificates())
          .isEqualTo(
              List.of(
                  certificate(authority.resolve("signer.pem")),
                  certificate(authority.resolve("ca.pem"))));
    }
    assertThat(certificate(authority.resolve("signer.pem")).getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.3");
  }

  @Test
  @DisplayName("LD-15 a file that is no jar gets its signature beside it")
  void signsOtherFiles() throws Exception {
    Path authority = authority();
    Path file = Files.writeString(directory.resolve("c.yaml"), "mode: enforce\n");

    CommandRun run = CommandRun.of("ca", "sign", file, "--directory", authority);

    Path signature = directory.resolve("c.yaml.p7s");
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly(signature.toString());
    assertThat(signature).isNotEmptyFile();
    assertThat(file).hasContent("mode: enforce\n");
  }

  @Test
  @DisplayName("LD-15 a signature for which a disk has no room is one line and exit code 1")
  void failsOnAFullDisk() throws Exception {
    Path authority = authority();
    Path file = Files.writeString(directory.resolve("c.yaml"), "mode: enforce\n");
    Path full = Files.createSymbolicLink(directory.resolve("c.yaml.p7s"), Path.of("/dev/full"));

    CommandRun run = CommandRun.of("ca", "sign", file, "--directory", authority);
    Files.delete(full);

    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: " + file + ": cannot be signed, error=")
        .contains("No space left on device");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-1 nothing is overwritten")
  void overwritesNothing() throws Exception {
    Path authority = authority();
    CommandRun.of("ca", "issue", "n1", "--directory", authority);
    byte[] before = Files.readAllBytes(authority.resolve("n1.key"));

    CommandRun again = CommandRun.of("ca", "issue", "n1", "--directory", authority);
    CommandRun init = CommandRun.of("ca", "init", authority);

    assertThat(again.errorLines())
        .containsExactly(
            "midstream: " + authority.resolve("n1.pem") + ": exists; nothing is overwritten");
    assertThat(init.errorLines())
        .containsExactly(
            "midstream: " + authority.resolve("ca.pem") + ": exists; nothing is overwritten");
    assertThat(List.of(again.exitCode(), init.exitCode())).containsOnly(2);
    assertThat(authority.resolve("n1.key")).hasBinaryContent(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ca|missing command, see midstream ca --help",
        "ca init|missing required parameter: 'DIR', see midstream ca init --help",
        "ca issue n1 --days 0|must be 1 or more: --days=0, see midstream ca issue --help",
        "ca issue ../n1 --directory A|letters, digits, dots, hyphens and underscores make a name,"
            + " 63 at most: name=../n1",
        "ca issue ca --directory A|the name is the authority's own: name=ca",
        "ca issue n1 --directory none|none/ca.pem: no such file; midstream ca init makes an"
            + " authority",
        "ca sign none --directory A|none: no such file"
      })
  @DisplayName("LD-1 what cannot be done is one line and exit code 2")
  void refusesOtherWishes(String arguments, String line) {
    String authority = arguments.contains(" A") ? authority().toString() : "";
    CommandRun run = CommandRun.of((Object[]) arguments.replace(" A", " " + authority).split(" "));

    assertThat(run.errorLines()).containsExactly("midstream: " + line);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("LD-1 no certificate outlasts that of its authority")
  void refusesLongerValidity() {
    Path authority = authority();

    CommandRun run = CommandRun.of("ca", "issue", "n1", "--directory", authority, "--days", "9999");

    assertThat(run.errorLines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith(
            "midstream: "
                + authority
                + ": the certificate of the authority is not valid that long, end=");
    assertThat(authority.resolve("n1.pem")).doesNotExist();
  }
}
