package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.jgroups.carrier.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jgroups.protocols.BaseBundler;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs is what CLUSTER asks for: protocols, settings, sockets. */
class GroupStackTest {
  private static final String LISTENING = "0A";

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private GroupCarrier carrier;

  private final Set<String> before = new HashSet<>();

  @BeforeEach
  void open() throws Exception {
    before.addAll(sockets("tcp"));
    before.addAll(sockets("udp"));
    carrier = new Nodes(directory.resolve("authority")).carrier(1);
    carrier.open(new Recorder());
  }

  @AfterEach
  void close() {
    carrier.close();
  }

  @Test
  @DisplayName("LD-1 the stack has these protocols, and no other one that opens a socket")
  void hasTheseProtocols() {
    assertThat(carrier.channel().getProtocolStack().getProtocols().stream().map(Protocol::getName))
        .containsExactly(
            "FORK",
            "FRAG4",
            "MFC",
            "UFC",
            "GMS",
            "STABLE",
            "UNICAST3",
            "NAKACK2",
            "PeerWatch",
            "MERGE3",
            "MemberSearch",
            "TCP");
  }

  @Test
  @DisplayName("LD-2 LD-3 LD-4 the stack that runs has these settings")
  void hasTheseSettings() {
    ProtocolStack stack = carrier.channel().getProtocolStack();
    TCP tcp = stack.findProtocol(TCP.class);
    GMS groups = stack.findProtocol(GMS.class);
    MERGE3 merge = stack.findProtocol(MERGE3.class);
    MemberSearch discovery = stack.findProtocol(MemberSearch.class);
    PeerWatch watch = stack.findProtocol(PeerWatch.class);

    assertThat(tcp.tcpNodelay()).isTrue();
    assertThat(tcp.useVirtualThreads()).isFalse();
    assertThat(tcp.msgProcessingPolicy()).isInstanceOf(LogsAtOnce.class);
    assertThat(tcp.enableSuspectEvents()).isTrue();
    assertThat(tcp.getSockConnTimeout()).isEqualTo(300);
    assertThat(tcp.getPortRange()).isZero();
    assertThat(tcp.getMaxLength()).isEqualTo(1 << 20);
    assertThat(tcp.getSocketFactory()).isInstanceOf(GatedSockets.class);
    assertThat(tcp.getDiagnosticsHandler().isEnabled()).isFalse();
    assertThat(tcp.getDiagnosticsHandler().isRunning()).isFalse();
    assertThat(tcp.getBundler()).isInstanceOf(PerDestinationBundler.class);
    assertThat(tcp.getBundler().getMaxSize()).isEqualTo(131_072);
    assertThat(stack.<FRAG4>findProtocol(FRAG4.class).getFragSize()).isEqualTo(120_000);
    assertThat(((BaseBundler) tcp.getBundler()).useSingleSenderThread()).isFalse();
    assertThat(tcp.useLockToSend()).isTrue();
    assertThat(groups.getJoinTimeout()).isEqualTo(100);
    assertThat(merge.getMinInterval()).isEqualTo(200);
    assertThat(merge.getMaxInterval()).isEqualTo(600);
    assertThat(discovery.getPortRange()).isZero();
    assertThat(discovery.numDiscoveryRuns()).isEqualTo(6);
    assertThat(watch.detectNanos()).isEqualTo(Nodes.DETECT_NANOS);
  }

  @Test
  @DisplayName("LD-1 no socket of the stack takes plain text, and none takes datagrams")
  void takesNoPlainText() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (String line : sockets("tcp")) {
      if (!before.contains(line)) {
        ports.add(Integer.parseInt(line.substring(line.indexOf(':') + 1, line.indexOf(' ')), 16));
      }
    }
    assertThat(ports).containsExactly(carrier.self().address().port());
    assertThat(before).containsAll(sockets("udp"));
    int received = greetInPlainText(ports.getFirst());
    assertThat(received).as("octets that came back, apart from the alert of TLS").isLessThan(8);
    assertThat(carrier.connected()).isEmpty();
  }

  /** Begins as the group layer does without TLS; returns how many octets come back. */
  private static int greetInPlainText(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      byte[] cookie = "bela".getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(cookie);
      socket.getOutputStream().write(new byte[60]);
      InputStream in = socket.getInputStream();
      int count = 0;
      try {
        while (in.read() >= 0) {
          count++;
        }
      } catch (java.net.SocketException e) {
        // closed as well
      }
      return count;
    }
  }

  /** The sockets of this process that listen: local address and inode. */
  @SuppressWarnings("StringSplitter") // columns are parted by blanks
  private static List<String> sockets(String protocol) throws IOException {
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : descriptors.toList()) {
        try {
          own.add(Files.readSymbolicLink(each).toString());
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (String table : List.of(protocol, protocol + "6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        String[] columns = line.strip().split("\\s+");
        boolean isOwn = columns.length > 9 && own.contains("socket:[" + columns[9] + "]");
        if (isOwn && (protocol.equals("udp") || columns[3].equals(LISTENING))) {
          found.add(columns[1].replaceAll("^.*:", ":") + " " + columns[9]);
        }
      }
    }
    return found;
  }
}
