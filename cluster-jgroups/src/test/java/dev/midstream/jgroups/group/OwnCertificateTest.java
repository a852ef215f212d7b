package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.ca.Authority;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.Recorder;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of its own files and its own address: what is wrong, where, and what to do. */
class OwnCertificateTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
  }

  /** Reads NAME.pem and NAME.key as n1 does; F in {@code text} stands for the directory. */
  private static void refuses(Path files, String name, Reason reason, String text) {
    assertThatThrownBy(() -> Nodes.credentials(files, name, "n1"))
        .isInstanceOfSatisfying(
            CarrierException.class, e -> assertThat(e.refusal().reason()).isEqualTo(reason))
        .hasMessage(text.replace("F/", files + "/"));
  }

  private void copy(String from, String to) throws Exception {
    Files.copy(nodes.directory.resolve(from), nodes.directory.resolve(to));
  }

  @Test
  @DisplayName("LD-1 a node does not start with the certificate of another one")
  void refusesAnotherName() {
    refuses(
        nodes.directory,
        "n2",
        Reason.MISNAMED,
        "F/n2.pem: has another name: node=n1 certificate=n2; issue one for this name with"
            + " midstream ca issue, or change the node's name");
  }

  @Test
  @DisplayName("LD-1 a node does not start with a certificate that is over, or has not begun")
  void refusesAnExpiredCertificate() throws Exception {
    Path old = directory.resolve("old");
    Authority authority = Authority.init(old, "old", LONG_AGO);
    authority.issue("n1", old, LONG_AGO, Duration.ofDays(30));
    refuses(
        old,
        "n1",
        Reason.EXPIRED,
        "F/n1.pem: the certificate ended 2020-01-31T00:00:00Z, authority=F/ca.pem; issue another"
            + " one with midstream ca issue, or set the clock");
    Path coming = directory.resolve("coming");
    Instant later = Instant.parse("2999-01-01T00:00:00Z");
    Authority.init(coming, "coming", later).issue("n1", coming, later, Duration.ofDays(30));
    refuses(
        coming,
        "n1",
        Reason.EXPIRED,
        "F/n1.pem: the certificate begins 2998-12-31T23:00:00Z, authority=F/ca.pem; issue another"
            + " one with midstream ca issue, or set the clock");
  }

  @Test
  @DisplayName("LD-1 a node does not start with a certificate of another authority")
  void refusesAForeignCertificate() throws Exception {
    Path other = directory.resolve("other");
    Authority.init(other, "other", Instant.now())
        .issue("n1", other, Instant.now(), Authority.DEFAULT_DURATION);
    Files.copy(other.resolve("n1.pem"), nodes.directory.resolve("x.pem"));
    Files.copy(other.resolve("n1.key"), nodes.directory.resolve("x.key"));
    refuses(
        nodes.directory,
        "x",
        Reason.FOREIGN,
        "F/x.pem: the certificate is of another authority, authority=F/ca.pem; issue it with"
            + " midstream ca issue in the directory of the cluster's authority");
  }

  @Test
  @DisplayName("LD-1 a node does not start with a key of another certificate")
  void refusesAnotherKey() throws Exception {
    copy("n1.pem", "x.pem");
    copy("n2.key", "x.key");
    refuses(
        nodes.directory,
        "x",
        Reason.WRONG_KEY,
        "F/x.key: is not the key of the certificate, file=F/x.pem; take the key that was issued"
            + " with the certificate");
  }

  @Test
  @DisplayName("LD-1 one that signs code is no node")
  void refusesSigners() {
    refuses(
        nodes.directory,
        "signer",
        Reason.UNFIT,
        "F/signer.pem: is not for both ends of TLS, extended key usage=1.3.6.1.5.5.7.3.3; issue"
            + " one for a node with midstream ca issue");
  }

  @Test
  @DisplayName("LD-1 a node does not start without its files, or with files of another kind")
  void refusesOtherFiles() throws Exception {
    String remedy = "; name a file that midstream ca has made";
    refuses(nodes.directory, "none", Reason.FILE, "F/none.pem: no such file" + remedy);
    Files.writeString(nodes.directory.resolve("x.pem"), "certificate");
    refuses(nodes.directory, "x", Reason.FILE, "F/x.pem: holds no certificate in PEM" + remedy);
    Files.writeString(nodes.directory.resolve("empty.pem"), "");
    refuses(nodes.directory, "empty", Reason.FILE, "F/empty.pem: holds no certificate" + remedy);
    copy("n1.pem", "y.pem");
    copy("n1.pem", "y.key");
    refuses(
        nodes.directory,
        "y",
        Reason.FILE,
        "F/y.key: holds no private key in PEM (PKCS #8, without password)" + remedy);
    copy("n1.pem", "z.pem");
    Files.writeString(
        nodes.directory.resolve("z.key"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    refuses(
        nodes.directory, "z", Reason.FILE, "F/z.key: holds no key of an elliptic curve" + remedy);
    copy("n1.pem", "large.pem");
    Files.write(nodes.directory.resolve("large.pem"), new byte[(1 << 20) + 1]);
    refuses(nodes.directory, "large", Reason.FILE, "F/large.pem: is larger than 1 MiB" + remedy);
    Files.createDirectory(nodes.directory.resolve("folder.pem"));
    refuses(nodes.directory, "folder", Reason.FILE, "F/folder.pem: cannot be read" + remedy);
  }

  @Test
  @DisplayName("LD-1 a node says that it does not have the address to which it is to bind")
  void refusesAnotherMachinesAddress() {
    NodeAddress address = NodeAddress.ofIpv4(0xc0000201, 7800);
    GroupSettings settings =
        new GroupSettings(
            Nodes.CLUSTER,
            "n1",
            address,
            List.of(address),
            Nodes.CONFIGURATION,
            Nodes.DETECT_NANOS);
    try (GroupCarrier carrier =
        new GroupCarrier(settings, nodes.credentials(1), new NodeId(address, UUID.randomUUID()))) {
      assertThatThrownBy(() -> carrier.open(new Recorder()))
          .isInstanceOfSatisfying(
              CarrierException.class,
              e -> assertThat(e.refusal().reason()).isEqualTo(Reason.NO_SUCH_ADDRESS))
          .hasMessage(
              "this machine does not have the address, address=192.0.2.1:7800; bind to an address"
                  + " of this machine");
    }
  }
}
