package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares a client whose copies of an octet differ with the first copy of each octet. */
class ConflictingCopiesTest {
  private static final int OCTETS = 48;
  private static final int NOT_YET = -1;
  private static final FrameView VIEW = new FrameView();

  @ParameterizedTest
  @CsvSource({
    "RECORDING, DELAY_JOINED",
    "RECORDING, DELAY_SINGLE",
    "INLINE, DELAY_JOINED",
    "INLINE, DELAY_SINGLE"
  })
  @DisplayName("C-8 HDP-3 the first copy of each octet is shown and leaves, with an event")
  void firstCopyOfEachOctetWins(Vantage vantage, OutOfOrder policy) {
    SeededRounds.run(400, random -> new Client(vantage, policy).run(random));
  }

  /** The client with the first copies it sent, the octets shown and the octets that left. */
  private static final class Client {
    private final int[] first = unknown();
    private final int[] seen = unknown();
    private final int[] left = unknown();
    private final TestEngine test;
    private final Engine engine;
    private boolean differed;
    private long nowNanos;

    Client(Vantage vantage, OutOfOrder policy) {
      test =
          TestEngine.of(
                  LambdaAgent.onClient((view, out) -> {
                    see(view);
                    SimpleAgents.pass(view, out);
                  }))
              .vantage(vantage)
              .outOfOrder(policy);
      engine = test.engine();
      String options = "mss 1460,sackOK,wscale 0";
      send(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, new byte[0], options);
      send(Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, new byte[0], options);
      send(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, new byte[0], "");
    }

    void run(RandomGenerator random) {
      for (int i = 0; i < 30; i++) {
        sendAny(random);
      }
      int end = endOf(first);
      assertThat(Arrays.copyOf(seen, end)).isEqualTo(Arrays.copyOf(first, end));
      assertThat(Arrays.copyOf(left, end)).isEqualTo(Arrays.copyOf(first, end));
      assertThat(seen[Math.min(end, OCTETS - 1)])
          .isEqualTo(end == OCTETS ? first[end - 1] : NOT_YET);
      assertThat(
              test.events().contains(Reason.INCONSISTENT_OVERLAP)
                  || test.events().contains(Reason.INCONSISTENT_RETRANSMISSION))
          .isEqualTo(differed);
    }

    private void sendAny(RandomGenerator random) {
      int start = random.nextInt(OCTETS - 1);
      byte[] octets = new byte[random.nextInt(2, Math.min(12, OCTETS - start) + 1)]; // no probe
      boolean differs = random.nextInt(4) == 0;
      for (int i = 0; i < octets.length; i++) {
        int at = start + i;
        octets[i] = (byte) (differs && random.nextBoolean() ? '#' : 'a' + at % 26);
        differed |= first[at] != NOT_YET && first[at] != octets[i];
        first[at] = first[at] == NOT_YET ? octets[i] : first[at];
      }
      send(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1 + start, octets, "");
    }

    private void send(Direction direction, int flags, int sequence, byte[] octets, String options) {
      nowNanos += 1_000_000;
      FrameBuilder frame =
          new FrameBuilder(Ends.IPV4, direction)
              .flags(flags)
              .numbers(sequence, 1)
              .window(65_535)
              .options(options)
              .payload(Octets.of(octets));
      Packet packet = Frames.packet(frame.build(), Ends.legOfSender(direction), nowNanos);
      if (engine.onPacket(packet, nowNanos, this::leaves) == Disposition.FORWARD) {
        leaves(packet);
      }
    }

    private void see(OctetView view) {
      for (int i = 0; i < view.length(); i++) {
        note(seen, (int) view.start() + i, view.at(i));
      }
    }

    private void leaves(Packet packet) {
      VIEW.read(packet);
      byte[] octets = Frames.payload(VIEW);
      int start = VIEW.sequence() - Ends.IPV4.isn(Direction.CLIENT_TO_SERVER) - 1;
      for (int i = 0; i < octets.length; i++) {
        note(left, start + i, octets[i]);
      }
    }

    private static void note(int[] octets, int at, int value) {
      assertThat(octets[at]).as("octet %d", at).isIn(NOT_YET, value);
      octets[at] = value;
    }

    private static int endOf(int[] octets) {
      int end = 0;
      while (end < OCTETS && octets[end] != NOT_YET) {
        end++;
      }
      return end;
    }

    private static int[] unknown() {
      int[] octets = new int[OCTETS];
      Arrays.fill(octets, NOT_YET);
      return octets;
    }
  }

  @Test
  @DisplayName("C-4 a second copy of octets held after others is compared with them")
  void comparesOctetsHeldAfterOthers() {
    for (boolean same : new boolean[] {true, false}) {
      TestEngine test = TestEngine.inline(LineAgents.passing());
      test.open(
          """
          c> . 1:7(6) ack 1 "ab\\nQUI"
          >s . 1:4(3) ack 1 "ab\\n"
          c> . 5:7(2) ack 1 "%s"
          >c . 1:1(0) ack 7 <sack 5:7>
          """
              .formatted(same ? "UI" : "XX"));
      assertThat(test.events().contains(Reason.INCONSISTENT_RETRANSMISSION)).isNotEqualTo(same);
    }
  }

  @Test
  @DisplayName("C-4 octets after an edit are compared from the acknowledgement on")
  void comparesUnacknowledgedOctetsAfterAnEdit() {
    for (String second : new String[] {"xbcdefgh", "xbcdXfgh", "xbcdefgX", "xbcXefgh"}) {
      TestEngine test = TestEngine.inline("x", "0123456789");
      test.open(
          """
          c> . 1:9(8) ack 1 "xbcdefgh"
          >s . 1:18(17) ack 1 "0123456789bcdefgh"
          s> . 1:1(0) ack 14
          >c . 1:1(0) ack 5
          c> . 1:9(8) ack 1 "%s"
          >s . 14:18(4) ack 1 "efgh"
          """
              .formatted(second));
      boolean differs = second.indexOf('X') > 3;
      assertThat(test.events().contains(Reason.INCONSISTENT_RETRANSMISSION))
          .as(second)
          .isEqualTo(differs);
    }
  }

  @Test
  @DisplayName("C-4 octets after an edit and an opaque span are compared, the opaque ones are not")
  void comparesOctetsAfterAnOpaqueSpan() {
    for (String second : new String[] {"xXXXXef", "xabcdeX"}) {
      TestEngine test =
          TestEngine.inline(
              LambdaAgent.onClient((view, out) -> {
                if (view.start() == 0) {
                  out.replace(1, Octets.ofText("0123456789"));
                  out.skip(4);
                } else {
                  SimpleAgents.pass(view, out);
                }
              }));
      test.open(
          """
          c> . 1:2(1) ack 1 "x"
          >s . 1:11(10) ack 1 "0123456789"
          c> . 2:6(4) ack 1 "abcd"
          >s . 11:15(4) ack 1 "abcd"
          c> . 6:8(2) ack 1 "ef"
          >s . 15:17(2) ack 1 "ef"
          c> . 1:8(7) ack 1 "%s"
          >s . 1:17(16) ack 1 "0123456789%sef"
          """
              .formatted(second, second.substring(1, 5)));
      assertThat(test.events().contains(Reason.INCONSISTENT_RETRANSMISSION))
          .isEqualTo(second.endsWith("X"));
    }
  }
}
