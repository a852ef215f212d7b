package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * An agent edits, skips more octets than there are sequence numbers, and edits again, while engines
 * die.
 */
class LongSkipTakeoverTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final long SKIPPED = 5_000_000_000L;
  private static final long LEAST_PASSED = 500_000_000L;
  private static final long MOST_PASSED = 1_200_000_000L;
  private static final int PART = 50_000;
  private static final int MOST_TIMERS = 1_000;
  private static final int GREETING = 5;
  private static final int EDITED = 2;

  private final List<String> views = new ArrayList<>();
  private final LambdaAgent agent =
      LambdaAgent.onClient(LongSkipTakeoverTest::decide).recording(views);
  private final FrameView view = new FrameView();
  private long sent;
  private int newEnd;
  private int acknowledged;

  private static void decide(OctetView view, Decisions out) {
    if (view.length() >= GREETING) {
      out.replace(GREETING, Octets.ofText("Hi"));
      out.skip(SKIPPED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NONE", "INTERVAL"})
  @DisplayName(
      "HDP-17 HDP-18 H-4 law 9 an engine dies amid a skip of 5 GB, another one edits after it")
  void editsAfterTheSkip(CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    new Script(engines).run(TestEngine.OPEN);
    client(engines, Octets.ofText("Hello"));
    Octets part = Octets.of(new byte[PART]);
    for (long passed = 0; passed < SKIPPED; passed += PART) {
      client(engines, part);
      if (passed % (SKIPPED / 4) == 0) {
        engines.takeOver(0);
        acknowledge(engines); // a probe asks for it
      }
    }
    client(engines, Octets.ofText("Hello"));
    views.removeIf(String::isEmpty);
    assertThat(views).containsExactly("Hello", "Hello");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NONE", "INTERVAL"})
  @DisplayName("HDP-17 HDP-18 H-4 octets of a skip wait for a log that commits nothing for long")
  void waitsForTheLog(CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    long passed = passUncommitted(engines);
    assertThat(passed).isBetween(LEAST_PASSED, MOST_PASSED - PART);
    engines.takeOver(0);
    acknowledge(engines); // a probe asks for it
    client(engines, Octets.of(new byte[PART]));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NONE", "INTERVAL"})
  @DisplayName("H-4 octets of a skip that waited for the log leave once it commits")
  void goesOnWithTheLog(CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    long passed = passUncommitted(engines);
    sent += PART;
    engines.log().commitTo(engines.log().appended());
    engines.engine().onCommitted(0, this::leaves);
    int end = (int) (ENDS.clientIsn() + 1 + arrived());
    for (int i = 0; i < MOST_TIMERS && newEnd != end; i++) {
      engines.engine().onTimer(engines.nextDeadlineNanos(), this::leaves);
    }
    assertThat(newEnd).isEqualTo(end);
    acknowledge(engines);
    assertThat(passed).isLessThan(MOST_PASSED);
  }

  /** The client sends octets of the skip, of which no record is committed, until some wait. */
  private long passUncommitted(Succession engines) {
    new Script(engines).run(TestEngine.OPEN);
    client(engines, Octets.ofText("Hello"));
    engines.stopCommitting();
    Octets part = Octets.of(new byte[PART]);
    long passed = 0;
    while (passed < MOST_PASSED && passNext(engines, part)) {
      passed += PART;
    }
    return passed;
  }

  /** The client sends {@code octets}; the server acknowledges them if they all arrive. */
  private boolean passNext(Succession engines, Octets octets) {
    int end = newEnd + octets.length();
    receive(engines, Direction.CLIENT_TO_SERVER, sent, 0, octets);
    if (newEnd != end) {
      return false;
    }
    sent += octets.length();
    acknowledge(engines);
    return true;
  }

  /** The client sends {@code octets}, and the server acknowledges them. */
  private void client(Succession engines, Octets octets) {
    receive(engines, Direction.CLIENT_TO_SERVER, sent, 0, octets);
    sent += octets.length();
    assertThat(newEnd).isEqualTo((int) (ENDS.clientIsn() + 1 + arrived()));
    acknowledge(engines);
  }

  /** The octets that the server has. */
  private long arrived() {
    long edits = sent > GREETING + SKIPPED ? 2 : 1;
    return sent - edits * (GREETING - EDITED);
  }

  private void acknowledge(Succession engines) {
    receive(engines, Direction.SERVER_TO_CLIENT, 0, arrived(), Octets.empty());
    assertThat(acknowledged).isEqualTo((int) (ENDS.clientIsn() + 1 + sent));
  }

  private static byte[] frame(
      Direction direction, long position, long acknowledged, Octets octets) {
    return new FrameBuilder(ENDS, direction)
        .flags(TcpFlags.ACK)
        .numbers(1 + position, 1 + acknowledged)
        .window(65_535)
        .payload(octets)
        .build();
  }

  private void receive(
      Succession engines, Direction direction, long position, long acknowledged, Octets octets) {
    byte[] frame = frame(direction, position, acknowledged, octets);
    Packet packet = Frames.packet(frame, Ends.legOfSender(direction), 0);
    if (engines.onPacket(packet, 0, this::leaves) == Disposition.FORWARD) {
      leaves(packet);
    }
  }

  /** Notes where octets to the server end, and what the client sees acknowledged. */
  private void leaves(Packet packet) {
    view.read(packet);
    if (view.destinationPort() == ENDS.serverPort()) {
      newEnd = view.sequence() + view.payloadLength();
    } else {
      acknowledged = view.acknowledgement();
    }
  }
}
