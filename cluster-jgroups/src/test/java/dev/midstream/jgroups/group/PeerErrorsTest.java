package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.ca.Authority;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.Recorder;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import dev.midstream.jgroups.gate.Credentials;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of others that it does not work with: what is wrong, where, what to do. */
@Timeout(60)
class PeerErrorsTest {
  private static final String ISSUE_ANOTHER =
      "; issue another one with midstream ca issue, or set the clock";
  private static final String ISSUE_THERE =
      "; issue it with midstream ca issue in the directory of the cluster's authority";

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  @SuppressWarnings("NullAway.Init") // set before each test
  private GroupCarrier first;

  private final Recorder heard = new Recorder();

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
    first = nodes.carrier(1);
  }

  @AfterEach
  void close() {
    first.close();
  }

  private static void awaitLine(Recorder recorder, Reason reason, String text) {
    recorder.await(
        reason + " " + text,
        each ->
            each.refusals().stream()
                .anyMatch(refusal -> refusal.reason() == reason && refusal.text().equals(text)));
  }

  private int port() {
    return first.self().address().port();
  }

  private String atFirst() {
    return ", address=127.0.0.1:" + port();
  }

  private String atSecond() {
    return ", address=" + nodes.address(2);
  }

  /** The node n2, with other settings and other files. */
  private GroupCarrier second(
      String cluster, String node, long configuration, Credentials credentials) {
    NodeAddress address = nodes.address(2);
    GroupSettings settings =
        new GroupSettings(
            cluster, node, address, nodes.addresses, configuration, Nodes.DETECT_NANOS);
    return new GroupCarrier(settings, credentials, new NodeId(address, UUID.randomUUID()));
  }

  private Path authority(String name, Instant now) throws Exception {
    Path made = directory.resolve(name);
    Authority.init(made, name, now).issue("n2", made, now, Duration.ofDays(30));
    return made;
  }

  /** Connects, and waits until the node ends the connection. */
  private void visit(Stranger stranger) throws Exception {
    try (SSLSocket socket = stranger.connect(port())) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (java.io.IOException e) {
      // refused by an alert
    }
  }

  @Test
  @DisplayName("LD-1 a node of another authority stays out, and both say why")
  void keepsForeignersOut() throws Exception {
    Path other = authority("other", Instant.now());
    Recorder others = new Recorder();
    first.open(heard);
    try (GroupCarrier foreign =
        second(Nodes.CLUSTER, "n2", Nodes.CONFIGURATION, Nodes.credentials(other, "n2", "n2"))) {
      foreign.open(others);

      awaitLine(
          others,
          Reason.FOREIGN,
          "the certificate is of another authority: names=n1 issuer=CN=test authority"
              + atFirst()
              + ISSUE_THERE);
      awaitLine(
          heard,
          Reason.REFUSED_BY_PEER,
          "the peer refuses this node's certificate: (certificate_unknown) Received fatal alert:"
              + " certificate_unknown, from=127.0.0.1; see what the other node says of it");
      awaitLine(
          heard,
          Reason.FOREIGN,
          "the certificate is of another authority: names=n2 issuer=CN=other authority"
              + atSecond()
              + ISSUE_THERE);
      assertThat(heard.view()).containsExactly(first.self());
      assertThat(others.view()).containsExactly(foreign.self());
    }
  }

  @Test
  @DisplayName("LD-1 a foreign or expired certificate is said of the side that connects")
  void refusesVisitors() throws Exception {
    first.open(heard);

    visit(new Stranger(authority("other", Instant.now()), "n2"));
    awaitLine(
        heard,
        Reason.FOREIGN,
        "the certificate is of another authority: names=n2 issuer=CN=other authority,"
            + " from=127.0.0.1"
            + ISSUE_THERE);

    Authority.open(nodes.directory)
        .issue("late", nodes.directory, Instant.now(), Duration.ofMillis(1));
    visit(new Stranger(nodes.directory, "late"));
    heard.await(
        "an expired certificate",
        each ->
            each.refusals().stream()
                .anyMatch(refusal ->
                    refusal.reason() == Reason.EXPIRED
                        && refusal.text().startsWith("the certificate ended 2")
                        && refusal
                            .text()
                            .endsWith(
                                ": names=late issuer=CN=test authority, from=127.0.0.1"
                                    + ISSUE_ANOTHER)));

    visit(new Stranger(nodes.directory, "signer"));
    awaitLine(
        heard,
        Reason.UNFIT,
        "the certificate is not one of a node: names= issuer=CN=test authority, from=127.0.0.1;"
            + " issue one for a node with midstream ca issue");
    assertThat(first.connected()).isEmpty();
  }

  @Test
  @DisplayName("LD-1 an expired certificate is said of the side that listens")
  void refusesHosts() throws Exception {
    Authority.open(nodes.directory)
        .issue("late", nodes.directory, Instant.now(), Duration.ofMillis(1));
    try (SSLServerSocket host =
        new Stranger(nodes.directory, "late").listen(nodes.address(2).port())) {
      Thread.ofVirtual().start(() -> acceptAll(host));

      first.open(heard);

      heard.await(
          "an expired certificate",
          each ->
              each.refusals().stream()
                  .anyMatch(refusal ->
                      refusal.reason() == Reason.EXPIRED
                          && refusal.text().endsWith(atSecond() + ISSUE_ANOTHER)));
    }
  }

  private static void acceptAll(SSLServerSocket host) {
    while (!host.isClosed()) {
      try (SSLSocket socket = (SSLSocket) host.accept()) {
        socket.startHandshake();
      } catch (java.io.IOException e) {
        // refused, or closed
      }
    }
  }

  @Test
  @DisplayName("LD-1 a node that has not the name of its certificate stays out, and both say why")
  void keepsImpostorsOut() throws Exception {
    Recorder others = new Recorder();
    first.open(heard);
    try (GroupCarrier impostor =
        second(Nodes.CLUSTER, "n3", Nodes.CONFIGURATION, nodes.credentials(2))) {
      impostor.open(others);

      String what = "the certificate has another name: node=n3 certificate=n2, from=127.0.0.1";
      String remedy =
          "; issue one for this name with midstream ca issue, or change the node's name";
      awaitLine(heard, Reason.MISNAMED, what + remedy);
      awaitLine(others, Reason.MISNAMED, "the peer says: " + what + atFirst() + remedy);
      assertThat(heard.view()).containsExactly(first.self());
      assertThat(others.view()).containsExactly(impostor.self());
    }
  }

  @Test
  @DisplayName("LD-1 a node of another cluster stays out, and both say why")
  void keepsOtherClustersOut() throws Exception {
    Recorder others = new Recorder();
    first.open(heard);
    try (GroupCarrier other = second("second", "n2", Nodes.CONFIGURATION, nodes.credentials(2))) {
      other.open(others);

      String what =
          "the node is of another cluster: node=n2 cluster=second own=test, from=127.0.0.1";
      String remedy = "; give both the name of one cluster, or take the address out of the members";
      awaitLine(heard, Reason.OTHER_CLUSTER, what + remedy);
      awaitLine(others, Reason.OTHER_CLUSTER, "the peer says: " + what + atFirst() + remedy);
      assertThat(heard.view()).containsExactly(first.self());
    }
  }

  @Test
  @DisplayName("LD-13 another version of the configuration is said, and keeps no connection out")
  void saysOtherConfigurations() throws Exception {
    Recorder others = new Recorder();
    first.open(heard);
    try (GroupCarrier other = second(Nodes.CLUSTER, "n2", 6, nodes.credentials(2))) {
      other.open(others);

      String what =
          "the node has another version of the configuration, in which notation counts too: node=";
      String remedy = "; give all nodes the same configuration";
      awaitLine(
          heard, Reason.OTHER_CONFIGURATION, what + "n2 version=6 own=5, from=127.0.0.1" + remedy);
      awaitLine(
          others, Reason.OTHER_CONFIGURATION, what + "n1 version=5 own=6" + atFirst() + remedy);
      heard.await("both", each -> each.view().size() == 2);
    }
  }

  @Test
  @SuppressWarnings("EnumOrdinal") // the order of reasons is part of the version
  @DisplayName("LD-1 a greeting of another version is refused, and both can say why")
  void refusesOtherVersions() throws Exception {
    first.open(heard);
    try (SSLSocket socket = new Stranger(nodes.directory, "n2").connect(port())) {
      socket.getOutputStream().write(new byte[] {2, 0, 0});
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String what =
          "the node greets with another version: version=2 own=1 certificate=n2, from=127.0.0.1";

      awaitLine(heard, Reason.OTHER_VERSION, what + "; run the same version of midstream on both");
      assertThat(in.readByte()).isEqualTo((byte) 1);
      assertThat(in.readByte()).isEqualTo((byte) Reason.OTHER_VERSION.ordinal());
      assertThat(in.readUTF()).isEqualTo(what);
    }
  }

  @Test
  @DisplayName(
      "a peer with an older version of TLS, or on another curve, gets through no handshake")
  void refusesOtherVersionsOfTls() throws Exception {
    first.open(heard);
    Stranger stranger = new Stranger(nodes.directory, "n2");
    try (SSLSocket socket = stranger.connect(port())) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }

    String[] older = {"TLSv1.2"};
    assertThatThrownBy(() -> stranger.connect(port(), each -> each.setProtocols(older)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("protocol_version");
    String[] other = {"x25519"};
    assertThatThrownBy(() -> stranger.connect(port(), each -> each.setNamedGroups(other)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("Received fatal alert");
  }

  @Test
  @DisplayName("LD-2 a node says which others it cannot reach")
  void saysWhoIsNotThere() throws Exception {
    try (ServerSocket silent =
        new ServerSocket(nodes.address(2).port(), 5, InetAddress.getLoopbackAddress())) {
      first.open(heard);

      String remedy = "; start that node, or look at its address and at the firewall";
      awaitLine(
          heard,
          Reason.UNREACHABLE,
          "a node cannot be reached: no greeting within 1000 ms" + atSecond() + remedy);
      for (int number : List.of(3, 4)) {
        awaitLine(
            heard,
            Reason.UNREACHABLE,
            "a node cannot be reached: connection refused, address="
                + nodes.address(number)
                + remedy);
      }
      assertThat(silent.isClosed()).isFalse();
    }
  }

  @Test
  @DisplayName("LD-1 plain text is refused, and said once a minute")
  void refusesPlainText() throws Exception {
    first.open(heard);
    for (int visit = 0; visit < 3; visit++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
        socket.setSoTimeout(10_000);
        socket
            .getOutputStream()
            .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
      } catch (java.net.SocketException e) {
        // reset
      }
    }
    String line =
        "no TLS: Unsupported or unrecognized SSL message, from=127.0.0.1; let only nodes of the"
            + " cluster connect to this port";
    awaitLine(heard, Reason.NO_GREETING, line);
    assertThat(heard.refusals().stream().filter(each -> each.text().equals(line))).hasSize(1);
  }
}
