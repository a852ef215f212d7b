package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals other than those that end the program. */
@Tag("live")
final class LiveSignalsTest {
  private static final String GREETING = Live.MARK + "\n";
  private static final int FIRST_OCTETS = 7;

  /** So long the first half of a text takes to be held and acknowledged. */
  private static final long HELD_NANOS = 400_000_000;

  /** Half a second longer than the hold time. */
  private static final long STOPPED_NANOS = 1_500_000_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "USR1"})
  @DisplayName("OWN-3 a signal of log rotation opens the events anew, and connections go on")
  void opensEventsAnew(String signal) throws IOException {
    Path events = directory.resolve("events.jsonl");
    Path moved = directory.resolve("events.jsonl.1");
    String configuration = "on-exit: open\nevents: { file: %s }\n".formatted(events) + Live.EDITING;
    try (Site site = new Site(Network.make(1500), directory, configuration);
        Connection edited = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      assertEdited(edited);
      Eventually.holds("the edit is written", () -> Files.size(events) > 0);
      Files.move(events, moved);

      site.box().signal(signal);

      Eventually.holds("the file is there again", () -> Files.exists(events));
      assertEdited(edited);
      assertThat(site.box().stop()).isZero();
      assertThat(site.box().errorLines())
          .anyMatch(line -> line.contains("signal received, the file of events is opened anew"));
      assertThat(site.network().box().output("ip", "link")).contains("midstream-open");
    }
    assertThat(Files.readAllLines(moved)).hasSize(1);
    assertThat(Files.readAllLines(events))
        .anyMatch(line -> line.contains("\"reason\":\"edit\""))
        .anyMatch(line -> line.contains("\"reason\":\"box-ends\""));
  }

  @Test
  @DisplayName("OWN-3 a signal that asks for nothing changes nothing")
  void goesOnAfterAStraySignal() throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING);
        Connection edited = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      assertEdited(edited);

      for (String signal : List.of("ALRM", "VTALRM", "IO", "USR2")) {
        site.box().signal(signal);
        site.box().signal(signal);

        assertEdited(edited);
      }
      assertThat(site.box().stop()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PWR", "XCPU"})
  @DisplayName("OWN-3 a failing power supply or a used up CPU time ends the program in order")
  void endsInOrder(String signal) throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING);
        Connection edited = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      assertEdited(edited);

      site.box().signal(signal);

      assertThat(site.box().awaitEnd()).isZero();
    }
  }

  @Test
  @DisplayName("a text whose second half came while the program was stopped is edited as a whole")
  void editsWhatCameDuringAStop() throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING);
        Connection edited = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      assertEdited(edited);

      Connection.write(edited.client(), GREETING.substring(0, FIRST_OCTETS));
      LockSupport.parkNanos(HELD_NANOS); // else the sender would wait for the acknowledgement
      site.box().signal("STOP");
      Connection.write(edited.client(), GREETING.substring(FIRST_OCTETS));
      LockSupport.parkNanos(STOPPED_NANOS); // the hold time of the first half ends meanwhile
      site.box().signal("CONT");

      assertThat(Connection.readLine(edited.server())).isEqualTo(Live.REPLACEMENT);
      assertThat(site.box().stop()).isZero();
    }
  }

  private static void assertEdited(Connection connection) throws IOException {
    Connection.write(connection.client(), GREETING);
    assertThat(Connection.readLine(connection.server())).isEqualTo(Live.REPLACEMENT);
  }
}
