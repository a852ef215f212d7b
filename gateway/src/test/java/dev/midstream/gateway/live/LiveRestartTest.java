package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL in mid-transfer: how a new box treats connections that it does not know. */
@Tag("live")
final class LiveRestartTest {
  private static final String AS_LONG = "HELLO WORLD";
  private static final int A_WHILE_SECONDS = 2;
  private static final long POLL_NANOS = 2_000_000;

  /**
   * So long a sender may wait with its next retransmission: its timeout has doubled while no
   * program forwarded (RFC 6298 section 5.5), which on a busy machine is ten seconds or more.
   */
  private static final long MOST_BACKED_OFF_NANOS = 60_000_000_000L;

  @TempDir private Path directory = Path.of("");

  private volatile String sendingEnd = "";

  private final Document document = new Document(5, 20_000, 2_000, Live.MARK);

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @ValueSource(strings = {Live.REPLACEMENT, "Hello whole wide world"})
  @DisplayName(
      "OWN-3 mid-stream reset, the default: both endpoints are reset and got no wrong octet")
  void resetsByDefault(String replacement) throws IOException {
    try (Site site = site(replacement, "");
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      StreamRecorder client = StreamRecorder.start(connection.client());
      StreamRecorder server = StreamRecorder.start(connection.server());
      killInMidTransfer(site, connection, client);
      Eventually.holds("both streams end", () -> areOver(client, server));
      assertThat(client.end()).contains("reset");
      // The kernel tells a reset once: to the thread that reads or to the one that writes.
      Eventually.holds("the server is reset", () -> (server.end() + sendingEnd).contains("reset"));
      assertBeginning(client.octets(), replacement);
    }
  }

  @Test
  @DisplayName("OWN-3 mid-stream drop: nothing more arrives, and no octet was wrong")
  void dropsMidStreamConnections() throws IOException {
    try (Site site = site(Live.REPLACEMENT, "mid-stream: drop");
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      StreamRecorder client = StreamRecorder.start(connection.client());
      killInMidTransfer(site, connection, client);
      int length = client.length();
      boolean goesOn =
          Eventually.isTrueWithin(
              TimeUnit.SECONDS.toNanos(A_WHILE_SECONDS),
              () -> client.length() > length || !client.end().isEmpty());
      assertThat(goesOn).isFalse();
      assertBeginning(client.octets(), Live.REPLACEMENT);
    }
  }

  @Test
  @DisplayName(
      "OWN-3 mid-stream pass: a connection without shifted numbers goes on unedited to its end")
  void passesUnshiftedConnections() throws IOException {
    try (Site site = site(AS_LONG, "mid-stream: pass");
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      StreamRecorder client = StreamRecorder.start(connection.client());
      killInMidTransfer(site, connection, client);
      Eventually.holds("the transfer ends", () -> areOver(client));
      assertThat(client.end()).isEqualTo("end");
      assertThat(text(client).replace(AS_LONG, Live.MARK)).isEqualTo(sent());
      assertThat(text(client)).contains(AS_LONG).endsWith(Live.MARK);
    }
  }

  @Test
  @DisplayName("OWN-3 mid-stream pick-up: no octet is wrong on connections without shifted numbers")
  void picksUpUnshiftedConnections() throws IOException {
    try (Site site = site(AS_LONG, "mid-stream: pick-up");
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      StreamRecorder client = StreamRecorder.start(connection.client());
      killInMidTransfer(site, connection, client);
      int length = client.length();
      long enough = length + document.length() / 10;
      assertThat(Eventually.isTrueWithin(MOST_BACKED_OFF_NANOS, () -> client.length() > enough))
          .as("it goes on")
          .isTrue();
      assertThat(client.end()).isIn("", "end");
      assertThat(sent()).startsWith(text(client).replace(AS_LONG, Live.MARK));
    }
  }

  private Site site(String replacement, String more) throws IOException {
    String configuration = Live.replacing(replacement, more);
    return new Site(Network.make(1500), directory, configuration);
  }

  private void killInMidTransfer(Site site, Connection connection, StreamRecorder client)
      throws IOException {
    Thread.ofPlatform().daemon().name("sender").start(() -> send(connection));
    Eventually.holds("a tenth came", () -> client.length() > document.length() / 10);
    site.restart();
  }

  private void send(Connection connection) {
    try {
      document.writeTo(new UnhurriedChannel(connection.server()));
      connection.server().shutdownOutput();
    } catch (IOException e) {
      sendingEnd = String.valueOf(e.getMessage());
    }
  }

  private static boolean areOver(StreamRecorder... recorders) {
    return Arrays.stream(recorders).noneMatch(recorder -> recorder.end().isEmpty());
  }

  private void assertBeginning(byte[] received, String replacement) throws IOException {
    byte[] expected = sent().replace(Live.MARK, replacement).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(received.length).isBetween(1, expected.length - 1);
    assertThat(Arrays.mismatch(received, expected)).isEqualTo(received.length);
  }

  private static String text(StreamRecorder recorder) {
    return new String(recorder.octets(), StandardCharsets.ISO_8859_1);
  }

  private String sent() throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    document.writeTo(Channels.newChannel(octets));
    return octets.toString(StandardCharsets.ISO_8859_1);
  }

  /** Writes slowly, so that a transfer takes at least half a second. */
  private record UnhurriedChannel(WritableByteChannel channel) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer octets) throws IOException {
      LockSupport.parkNanos(POLL_NANOS);
      return channel.write(octets);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
