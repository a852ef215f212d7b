package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settled connections are forwarded by the kernel, between real kernels at both ends. */
@Tag("live")
@Tag("alone")
final class LiveFastPathTest {
  private static final int UNTOUCHED = 7_001;
  private static final int EDITED = 7_000;
  private static final int TIMEOUT_SECONDS = 60;
  private static final int SILENCE_MILLIS = 500;
  private static final int FILE_BYTES = 200_000_000;
  private static final String TAG = "8100b007";
  private static final int TAG_BYTES = 4;
  private static final int PAGES = 3_000;
  private static final int PAGE_BYTES = 1 << 16;
  private static final String REPLACEMENT = "Hello wide world";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @DisplayName("an untouched transfer in both directions is carried by the kernel, to its end")
  void carriesUntouched(int workers) throws IOException {
    carries(Live.SETTLING + "workers: " + workers + "\n", Network.SERVER, UNTOUCHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("an edited transfer whose edits are settled is carried by the kernel, shifted")
  void carriesShifted(String server) throws IOException {
    carries(Live.SETTLING, server, EDITED);
  }

  @ParameterizedTest(name = "{displayName} {0} {1}")
  @CsvSource({"7001, 10.1.0.2", "7000, 10.1.0.2", "7000, fd00:1::2"})
  @DisplayName("a transfer in a VLAN, untouched or edited, is carried by the kernel with its tags")
  void carriesTagged(int port, String server) throws IOException {
    TaggingBox nearClient = new TaggingBox(TAG);
    TaggingBox nearServer = new TaggingBox(TAG);
    Network network = Network.withBoxes(1500 + TAG_BYTES, nearClient, nearServer);
    network.client().ip("link set c0 mtu 1500");
    network.server().ip("link set s0 mtu 1500");
    carries(network, Live.SETTLING, server, port);
    assertThat(nearClient.untagged()).isPositive();
    assertThat(nearServer.untagged()).isPositive();
    assertThat(nearClient.unexpected() + nearServer.unexpected()).isZero();
  }

  private void carries(String configuration, String server, int port) throws IOException {
    carries(Network.make(1500), configuration, server, port);
  }

  /** Closes the network. */
  private void carries(Network made, String configuration, String server, int port)
      throws IOException {
    Document up = new Document(1, PAGES, PAGE_BYTES, Live.MARK);
    Document down = new Document(2, PAGES, PAGE_BYTES, Live.MARK);
    try (Network network = made;
        BoxProcess box = Live.start(network, directory, configuration);
        SocketPair sockets = SocketPair.of(network.client(), network.server(), server, port)) {
      try (Connection connection = sockets.connect()) {
        transfer(connection, up, down, port == EDITED);
      }
      assertCarried(network, (up.length() + down.length()) / 2);
      assertThat(BoxStatus.of(network.box()).at("/fast-path/connections").asLong()).isZero();
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }

  private static void transfer(Connection connection, Document up, Document down, boolean edited)
      throws IOException {
    Transfer ascending = Transfer.start(connection.client(), connection.server(), up);
    Transfer descending = Transfer.start(connection.server(), connection.client(), down);
    assertThat(ascending.await(TIMEOUT_SECONDS).digest())
        .isEqualTo(edited ? digestWithFirstReplaced(up) : up.digest());
    assertThat(descending.await(TIMEOUT_SECONDS).digest())
        .isEqualTo(edited ? digestWithFirstReplaced(down) : down.digest());
  }

  private static void assertCarried(Network network, long octets) throws IOException {
    JsonNode fast = BoxStatus.of(network.box()).path("fast-path");
    assertThat(fast.path("state").asText()).isEqualTo("on");
    assertThat(fast.path("octets").asLong()).isGreaterThan(octets);
  }

  @Test
  @DisplayName("nginx sends a file whose response header was edited, and the kernel carries it")
  void carriesDownloads() throws IOException {
    HttpServer.Kind.NGINX.assumeInstalled();
    String configuration =
        """
        port: { kind: afpacket, inside: in0, outside: out0 }
        fast-path: require
        rules:
          - name: web
            match: { destination-port: 80 }
            agent: http
            settings:
              response-fields: { set: [ { field: Server, value: a-much-longer-name } ] }
        """;
    try (HttpSite site = new HttpSite(HttpServer.Kind.NGINX, directory, configuration)) {
      Path file = site.root().resolve("large.bin");
      Files.write(file, new byte[FILE_BYTES]);
      Path copy = directory.resolve("copy");
      for (String host : List.of(Network.SERVER, "[" + Network.SERVER_6 + "]")) {
        String url = "http://" + host + "/large.bin";
        String head = site.curl("-D", "-", "-o", copy.toString(), url);
        assertThat(head).contains("a-much-longer-name");
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
      }
      assertCarried(site.network(), FILE_BYTES);
    }
  }

  @Test
  @DisplayName("the commands show a connection on the fast path, what passed, and its recall")
  void showsConnections() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.SETTLING + events("info"));
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, UNTOUCHED)) {
      try (Connection connection = sockets.connect()) {
        exchange(connection);
        Eventually.holds("it is given away", () -> hasGiven(network, 1));
        exchange(connection);
        assertThat(say(network, "connections"))
            .contains("FAST")
            .containsPattern(" untouched .* [1-9][0-9]+/[1-9][0-9]+ ");
        assertThat(say(network, "status")).contains("fast path on: connections 1, packets ");
      }
      Eventually.holds("it is taken back", () -> hasGiven(network, 0));
      // the second FIN comes to the program: few octets came after the first one
      assertThat(say(network, "status")).containsPattern("recalls .*control-bits 1\\b");
      assertThat(box.stop()).isZero();
      assertThat(fastPathEvents()).isEmpty();
    }
  }

  @Test
  @DisplayName("a connection that is half closed returns to the kernel if its other end sends on")
  void carriesHalfClosed() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.SETTLING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, UNTOUCHED)) {
      try (Connection connection = sockets.connect()) {
        exchange(connection);
        Eventually.holds("it is given away", () -> hasGiven(network, 1));
        connection.client().shutdownOutput();
        assertThat(connection.server().socket().getInputStream().read()).isEqualTo(-1);
        Eventually.holds("it is taken back", () -> hasGiven(network, 0));
        String line = "x".repeat(200_000);
        Connection.write(connection.server(), line + "\n");
        assertThat(Connection.readLine(connection.client())).isEqualTo(line);
        Eventually.holds("it is given away again", () -> hasGiven(network, 1));
      }
      Eventually.holds("it is taken back again", () -> hasGiven(network, 0));
      assertThat(say(network, "status")).containsPattern("recalls .*control-bits 2\\b");
      assertThat(box.stop()).isZero();
    }
  }

  private String events(String level) {
    return "events: { file: %s, level: %s }\n".formatted(directory.resolve("events"), level);
  }

  /** The codes of all events that tell of the fast path. */
  private List<String> fastPathEvents() throws IOException {
    return Files.readAllLines(directory.resolve("events")).stream()
        .filter(line -> line.contains("fast-path-"))
        .map(line -> line.replaceAll(".*\"reason\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static String say(Network network, String command) throws IOException {
    return network.box().output(Live.program(command).toArray(String[]::new));
  }

  /** Whether so many connections are on the fast path; not if a busy machine answers late. */
  private static boolean hasGiven(Network network, long connections) {
    try {
      JsonNode status = BoxStatus.of(network.box());
      return status.at("/fast-path/connections").asLong() == connections;
    } catch (IOException _) {
      return false;
    }
  }

  /** Both ends send 200 KB, one after the other. */
  private static void exchange(Connection connection) throws IOException {
    exchange(connection, 200_000);
  }

  private static void exchange(Connection connection, int octets) throws IOException {
    String line = "x".repeat(octets);
    Connection.write(connection.client(), line + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(line);
    Connection.write(connection.server(), line + "\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo(line);
  }

  @Test
  @DisplayName("while the MTUs differ, and until an interface is there again, the program forwards")
  void isOffWhileItCannotBe() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.SETTLING + events("debug"));
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, EDITED);
        Connection connection = sockets.connect()) {
      Connection.write(connection.client(), "Hello world\n");
      assertThat(Connection.readLine(connection.server())).isEqualTo(REPLACEMENT);
      Connection.write(connection.server(), "Hello world\n");
      assertThat(Connection.readLine(connection.client())).isEqualTo(REPLACEMENT);
      exchange(connection);
      Eventually.holds("it is given away", () -> hasGiven(network, 1));
      network.box().ip("link set out0 mtu 1400");
      Eventually.holds("it is taken back", () -> hasGiven(network, 0));
      exchange(connection, 1_000); // in segments that fit
      network.box().ip("link set out0 mtu 1500");
      Eventually.holds("the fast path is on again", () -> box.fastPathLines().size() == 2);
      exchange(connection);
      Eventually.holds("it is given away again", () -> hasGiven(network, 1));
      network.box().ip("link del out0");
      network.server().addVeth("s0", network.box(), "out0", 1500);
      network.server().ip("addr add " + Network.SERVER + "/24 dev s0");
      network.client().ip("neigh flush dev c0");
      exchange(connection);
      Eventually.holds("it is given away once more", () -> hasGiven(network, 1));
      exchange(connection);
      assertThat(box.fastPathLines()).hasSize(2);
      assertThat(box.stop()).isZero();
      assertThat(fastPathEvents()).containsExactly("fast-path-entry", "fast-path-recall");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName(
      "when the program was killed, the kernel forwards nothing any more, until a new start")
  void endsWithTheProcess(boolean hasLinks) throws IOException {
    List<String> command = Live.runWith(directory, Live.SETTLING);
    command.add(1, "-Dmidstream.without-links=" + !hasLinks);
    try (Network network = Network.make(1500);
        BoxProcess box = BoxProcess.start(network.box(), command);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, UNTOUCHED);
        Connection connection = sockets.connect()) {
      exchange(connection);
      Eventually.holds("it is given away", () -> hasGiven(network, 1));
      box.kill();
      Connection.write(connection.client(), "text\n");
      Socket server = connection.server().socket();
      server.setSoTimeout(SILENCE_MILLIS);
      assertThatThrownBy(() -> server.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertCarriesAgain(network, sockets, command);
    }
  }

  private static void assertCarriesAgain(Network network, SocketPair sockets, List<String> command)
      throws IOException {
    try (BoxProcess again = BoxProcess.start(network.box(), command);
        Connection connection = sockets.connect()) {
      exchange(connection);
      Eventually.holds("one is given away again", () -> hasGiven(network, 1));
      exchange(connection);
      assertCarried(network, 0);
      assertThat(again.stop()).isZero();
      Connection.write(connection.client(), "text\n");
      connection.server().socket().setSoTimeout(SILENCE_MILLIS);
      assertThatThrownBy(() -> connection.server().socket().getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  @DisplayName("the program does not start if it must have the fast path, and the MTUs differ")
  void needsEqualMtus() throws IOException {
    try (Network network = Network.make(1500)) {
      network.box().ip("link set out0 mtu 1400");
      assertThatThrownBy(() -> Live.start(network, directory, Live.SETTLING))
          .hasMessageContaining(
              "fast-path: require, but the MTUs differ, inside=1500 outside=1400");
    }
  }

  @Test
  @DisplayName("without the capability of BPF the program refuses to start, or says so once")
  void needsCapability() throws IOException {
    try (Network network = Network.make(1500)) {
      List<String> required = withoutBpf(Live.SETTLING);
      assertThatThrownBy(() -> BoxProcess.start(network.box(), required))
          .hasMessageContaining("fast-path: require, but cannot ")
          .hasMessageContaining("the capabilities CAP_BPF and CAP_NET_ADMIN are missing");
      String wanted = Live.SETTLING.replace("fast-path: require", "fast-path: auto");
      try (BoxProcess box = BoxProcess.start(network.box(), withoutBpf(wanted));
          SocketPair sockets =
              SocketPair.of(network.client(), network.server(), Network.SERVER, UNTOUCHED);
          Connection connection = sockets.connect()) {
        exchange(connection);
        assertThat(BoxStatus.of(network.box()).at("/fast-path/state").asText()).isEqualTo("off");
        assertThat(box.stop()).isZero();
        assertThat(box.errorLines()).isEmpty();
        assertThat(box.fastPathLines()).singleElement().asString().contains(" is off: cannot ");
      }
    }
  }

  private List<String> withoutBpf(String configuration) throws IOException {
    List<String> command = Live.runWith(directory, configuration);
    command.addAll(0, List.of("setpriv", "--bounding-set", "-bpf,-sys_admin,-perfmon"));
    return command;
  }

  private static String digestWithFirstReplaced(Document document) throws IOException {
    MessageDigest digest = sha256();
    Replacing first = new Replacing(digest);
    document.writeTo(first);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Digests a document as the rule changes it: its first page ends with another mark. */
  private static final class Replacing implements WritableByteChannel {
    private static final int END = PAGE_BYTES - Live.MARK.length();

    private final MessageDigest digest;
    private long written;

    private Replacing(MessageDigest digest) {
      this.digest = digest;
    }

    @Override
    public int write(ByteBuffer octets) {
      int count = octets.remaining();
      if (written == 0) {
        digest.update(octets.slice(octets.position(), END));
        digest.update(REPLACEMENT.getBytes(StandardCharsets.UTF_8));
        octets.position(octets.position() + PAGE_BYTES);
      }
      digest.update(octets);
      written += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
