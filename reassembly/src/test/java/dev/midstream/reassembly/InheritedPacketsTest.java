package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Packets that are no whole segments, about connections that wait to be read after a takeover. */
class InheritedPacketsTest {
  private static final int CONTROL_PORT = 2_000;
  private static final int DATA_PORT = 3_000;
  private static final Ends CONTROL = Ends.IPV4.withPorts(40_000, CONTROL_PORT);
  private static final Ends DATA = Ends.IPV4.withPorts(40_001, DATA_PORT);
  private static final String EDITED =
      "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\ns> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n";

  /** Both connections go on. What is due waits for the window that the server answers. */
  private static final String PROBES = ">s . 0:0(0) ack 1\n>c . 0:0(0) ack 1\n>s . 0:0(0) ack 1\n";

  private static TestEngine expecting() {
    Expectation once =
        new Expectation(
            Direction.CLIENT_TO_SERVER,
            new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), DATA_PORT),
            new Handler.Rule("all"),
            Octets.empty(),
            1);
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          String text = SimpleAgents.text(view);
          if (text.equals("x")) {
            out.expect(once);
          }
          if (text.startsWith("Hello")) {
            out.replace(5, Octets.ofText("Hi"));
            if (view.length() > 5) {
              out.pass(view.length() - 5);
            }
          } else {
            SimpleAgents.pass(view, out);
          }
        });
    return TestEngine.inline(agent).serverPort(CONTROL_PORT);
  }

  @Test
  @DisplayName("HDP-17 HDP-12 C-53 fragments of a connection that was expected are edited")
  void editsFragments() {
    Succession box = new Succession(expecting(), CommitMode.ON_CHANGE);
    new Script(box)
        .between(CONTROL)
        .run(TestEngine.OPEN + "c> P. 1:2(1) ack 1 \"x\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n");
    FragmentingBox cutting =
        new FragmentingBox(
            box,
            (frame, id) ->
                frame.length < 120 ? List.of(frame) : FrameFragments.cut(frame, id, 64, 72));
    Script data = new Script(cutting).between(DATA).run(TestEngine.OPEN + EDITED);
    box.takeOver(0);
    data.run("c> P. 6:106(100) ack 1 \"Hello" + "x".repeat(95) + "\"\n" + PROBES);
    data.run(
        """
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        >s P. 3:100(97) ack 1
        """);
  }

  @Test
  @DisplayName("HDP-17 C-44 H-44 an error about a connection that waits is mapped")
  void mapsErrors() {
    Succession box =
        new Succession(
            TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), CommitMode.ON_CHANGE);
    String more = "x".repeat(100);
    new Script(box)
        .run(
            TestEngine.OPEN
                + EDITED
                + "c> P. 6:106(100) ack 1 \"%s\"\n>s P. 3:103(100) ack 1\n".formatted(more));
    box.takeOver(0);
    byte[] sent =
        new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
            .numbers(3, 1)
            .payload(Octets.ofText(more))
            .build();
    byte[] error = IcmpErrors.tooBig(sent, 1_300);
    assertThat(box.onPacket(Frames.packet(error, Leg.OUTSIDE, 0), 0, made -> {}))
        .isEqualTo(Disposition.FORWARD);
    IcmpView quote = new IcmpView();
    assertThat(quote.read(Frames.packet(error, Leg.OUTSIDE, 0))).isTrue();
    assertThat(quote.sequence()).isEqualTo(Ends.IPV4.clientIsn() + 6);
    assertThat(box.engine().counters().of(Reason.ICMP_MAPPED)).isOne();
    assertThat(box.engine().inheritedConnections()).isZero();
  }
}
