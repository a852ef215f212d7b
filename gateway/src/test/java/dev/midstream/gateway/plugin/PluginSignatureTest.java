package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that are changed after they were signed, and signers that nobody trusts. */
class PluginSignatureTest {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String CLASS = "example/Upper.class";
  private static final Signer AUTHORITY = Signer.authority("Authority");
  private static final Signer SIGNER = AUTHORITY.issue("Signer");
  private static final Signer OTHER = Signer.authority("Elsewhere").issue("Other");

  @TempDir private Path directory = Path.of("");
  private Path jar = Path.of("");

  @BeforeEach
  void writeJar() throws IOException {
    jar = PluginJar.of("upper").write(directory.resolve("upper.jar"));
  }

  @Test
  @DisplayName("OWN-4 a jar is accepted from a signer with a certificate of a trusted authority")
  void acceptsASignerOfATrustedAuthority() throws Exception {
    SIGNER.sign(jar);

    assertThat(load(AUTHORITY).providers()).containsOnlyKeys("upper");
  }

  @Test
  @DisplayName("OWN-4 an authority below the trusted one may issue the certificate")
  void acceptsAPathOfAuthorities() throws Exception {
    AUTHORITY.issueAuthority("Below").issue("Third").sign(jar);

    assertThat(load(AUTHORITY).providers()).containsOnlyKeys("upper");
  }

  @Test
  @DisplayName("OWN-4 a trusted certificate that signs itself needs no authority")
  void acceptsATrustedCertificate() throws Exception {
    Signer alone = Signer.alone("Alone");
    alone.sign(jar);

    assertThat(load(alone).providers()).containsOnlyKeys("upper");
  }

  @Test
  @DisplayName("OWN-4 a jar without a signature is refused")
  void refusesAnUnsignedJar() {
    assertRefused("an entry is not signed, entry=META-INF/services/");
  }

  @Test
  @DisplayName("OWN-4 a jar to which an entry was added is refused")
  void refusesAnAddedEntry() throws Exception {
    SIGNER.sign(jar);
    change(entries -> entries.put("example/Added.class", octets("x")));

    assertRefused("an entry is not signed, entry=example/Added.class");
  }

  @Test
  @DisplayName("OWN-4 an entry that was added with its section of the manifest is refused")
  void refusesAnAddedEntryWithItsSection() throws Exception {
    SIGNER.sign(jar);
    change(entries -> {
      entries.put("example/Added.class", octets("x"));
      entries.put(
          MANIFEST,
          octets(
              text(entries, MANIFEST)
                  + "Name: example/Added.class\r\nSHA-256-Digest:"
                  + " LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=\r\n\r\n"));
    });

    assertRefused("an entry is not signed, entry=example/Added.class");
  }

  @Test
  @DisplayName("OWN-4 a jar from which an entry was removed is refused")
  void refusesARemovedEntry() throws Exception {
    SIGNER.sign(jar);
    change(entries -> entries.remove(CLASS));

    assertRefused("a signed entry is missing, entry=" + CLASS);
  }

  @Test
  @DisplayName("OWN-4 a jar from which an entry and its section were removed is refused")
  void refusesARemovedEntryWithItsSection() throws Exception {
    SIGNER.sign(jar);
    change(entries -> {
      entries.remove(CLASS);
      String manifest = text(entries, MANIFEST);
      entries.put(
          MANIFEST, octets(manifest.replaceFirst("(?s)Name: " + CLASS + "\r\n.*?\r\n\r\n", "")));
    });

    assertRefused("its signature is not valid, error=");
  }

  @Test
  @DisplayName("OWN-4 a jar with a changed entry is refused")
  void refusesAChangedEntry() throws Exception {
    SIGNER.sign(jar);
    change(entries -> {
      byte[] octets = Objects.requireNonNull(entries.get(CLASS));
      octets[octets.length - 1] ^= 1;
    });

    assertRefused("its signature is not valid, error=");
  }

  @Test
  @DisplayName("OWN-4 a jar with a changed manifest is refused")
  void refusesAChangedManifest() throws Exception {
    SIGNER.sign(jar);
    change(entries ->
        entries.put(
            MANIFEST, octets(text(entries, MANIFEST).replace("Version: 1.2.3", "Version: 1.2.4"))));

    assertRefused("its signature is not valid, error=");
  }

  @Test
  @DisplayName("OWN-4 a jar whose signature was removed is refused")
  void refusesARemovedSignature() throws Exception {
    SIGNER.sign(jar);
    change(entries -> entries.remove("META-INF/SIGNER.EC"));

    assertRefused("an entry is not signed, entry=META-INF/services/");
  }

  @Test
  @DisplayName("OWN-4 an expired certificate is refused")
  void refusesAnExpiredCertificate() throws Exception {
    AUTHORITY.issueExpired("Late").sign(jar);

    assertRefused("its signer is not trusted, signer=CN=Late error=");
  }

  @Test
  @DisplayName("OWN-4 an expired certificate is refused if it is trusted itself, or its authority")
  void refusesExpiredTrustedCertificates() throws Exception {
    Signer expired = Signer.expiredAuthority("Expired");
    String refusal = "its signer is not trusted, signer=CN=%s error=NotAfter: ";
    expired.issue("Below").sign(jar);
    assertThatThrownBy(() -> load(expired)).hasMessageStartingWith(refusal.formatted("Below"));

    writeJar();
    expired.sign(jar);
    assertThatThrownBy(() -> load(expired)).hasMessageStartingWith(refusal.formatted("Expired"));
  }

  @Test
  @DisplayName("OWN-4 the signer of another authority is refused")
  void refusesAnotherSigner() throws Exception {
    OTHER.sign(jar);

    assertRefused("its signer is not trusted, signer=CN=Other error=");
  }

  @Test
  @DisplayName("OWN-4 an authority of the same name, with another key, is refused")
  void refusesANamesake() throws Exception {
    Signer.authority("Authority").issue("Signer").sign(jar);

    assertRefused("its signer is not trusted, signer=CN=Signer error=");
  }

  @Test
  @DisplayName("OWN-4 a certificate that is not for signing code is refused")
  void refusesACertificateForAnotherPurpose() throws Exception {
    AUTHORITY.issue("Server", KeyPurposeId.id_kp_serverAuth).sign(jar);

    assertRefused(
        "its signer is not trusted, signer=CN=Server"
            + " error=its certificate is not for signing code");
  }

  @Test
  @DisplayName("OWN-4 a trusted certificate that is no authority cannot issue others")
  void refusesWhatATrustedSignerIssues() {
    Signer alone = Signer.alone("Alone");
    alone.issue("Friend").sign(jar);

    assertThatThrownBy(() -> load(alone))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("no trusted certificate is that of an authority");
  }

  @Test
  @DisplayName("OWN-4 of two signers, one that is trusted suffices if it has signed every entry")
  void acceptsATrustedSignerBesideAnother() throws Exception {
    SIGNER.sign(jar);
    OTHER.sign(jar);

    assertThat(load(AUTHORITY).providers()).containsOnlyKeys("upper");
  }

  @Test
  @DisplayName("OWN-4 of two signers, the trusted one must have signed every entry")
  void refusesWhatOnlyTheOtherSignerSigned() throws Exception {
    SIGNER.sign(jar);
    change(entries -> entries.put("example/Added.class", octets("x")));
    OTHER.sign(jar);

    assertRefused("its signer is not trusted, signer=CN=Other error=");
  }

  @Test
  @DisplayName("OWN-4 two signers that are not trusted are refused")
  void refusesTwoOtherSigners() throws Exception {
    OTHER.sign(jar);
    Signer.authority("Third").sign(jar);

    assertRefused("its signer is not trusted, signer=");
  }

  @Test
  @DisplayName("OWN-4 every jar of a folder needs a signature")
  void refusesAnUnsignedLibrary() throws Exception {
    Path folder = directory.resolve("folder");
    SIGNER.sign(PluginJar.of("upper").write(folder.resolve("upper.jar")));
    Path library = new PluginJar().entry("a.txt", "a").write(folder.resolve("library.jar"));
    jar = folder;

    assertRefused("library.jar an entry is not signed, entry=a.txt");
    SIGNER.sign(library);
    assertThat(load(AUTHORITY).providers()).containsOnlyKeys("upper");
  }

  @Test
  @DisplayName("OWN-4 where signatures do not matter, a changed jar is loaded")
  void loadsAnythingIfSignaturesDoNotMatter() throws Exception {
    SIGNER.sign(jar);
    change(entries -> entries.put("example/Added.class", octets("x")));

    assertThat(Plugin.load(jar, null, ForeignCalls.LIMIT).providers()).containsOnlyKeys("upper");
  }

  private Plugin load(Signer trusted) throws PluginException {
    return Plugin.load(jar, new TrustedSigners(List.of(trusted.certificate())), ForeignCalls.LIMIT);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> load(AUTHORITY))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(message);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Map<String, byte[]> entries, String name) {
    return new String(Objects.requireNonNull(entries.get(name)), StandardCharsets.UTF_8);
  }

  /** A change of the entries of a jar. */
  private interface Change {
    void apply(SequencedMap<String, byte[]> entries);
  }

  /** Writes the jar anew, with other entries and the same signature. */
  private void change(Change change) throws IOException {
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    try (InputStream file = Files.newInputStream(jar);
        ZipInputStream input = new ZipInputStream(file)) {
      for (ZipEntry e = input.getNextEntry(); e != null; e = input.getNextEntry()) {
        entries.put(e.getName(), input.readAllBytes());
      }
    }
    change.apply(entries);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream output = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        output.putNextEntry(new ZipEntry(entry.getKey()));
        output.write(entry.getValue());
        output.closeEntry();
      }
    }
  }
}
