package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that an agent expected and no agent sees, where the rules let no other pass. */
class ExpectedRecordsTest {
  private static final int CONTROL_PORT = 2_000;
  private static final int DATA_PORT = 3_000;
  private static final long DELAY_NANOS = 10_000_000;
  private static final long PARK_NANOS = 30_000_000_000L;
  private static final Ends CONTROL = Ends.IPV4.withPorts(40_000, CONTROL_PORT);
  private static final Ends DATA = Ends.IPV4.withPorts(40_001, DATA_PORT);
  private static final String ANNOUNCEMENT =
      "c> P. 1:2(1) ack 1 \"x\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n";
  private static final String DATA_SYN_ACK =
      "S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,wscale 0>\n";

  private int connections = 1;
  private final TestEngine engines =
      TestEngine.inline(
              LambdaAgent.by((direction, view, out) -> {
                if (view.length() == 1) {
                  out.expect(expectation());
                }
                SimpleAgents.pass(view, out);
              }))
          .serverPort(CONTROL_PORT)
          .dropByDefault();

  private final Succession box = new Succession(engines, CommitMode.STRICT);

  private Expectation expectation() {
    return new Expectation(
        Direction.CLIENT_TO_SERVER,
        new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), DATA_PORT),
        new Handler.Unseen(),
        Octets.empty(),
        connections);
  }

  @Test
  @DisplayName("HDP-17 HSI-6 an expected connection passes at another engine, in both directions")
  void goesOn() {
    passesAfter(box::takeOver);
  }

  /** It passes after {@code end}, a time at which another engine goes on, and after a death. */
  private void passesAfter(LongConsumer end) {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA);
    data.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    end.accept(0);
    data.run("s> P. 1:4(3) ack 6 \"abc\"\n>c same\nc> P. 6:9(3) ack 4 \"abc\"\n>s same\n");
    box.takeOver(0);
    data.run("c> P. 9:12(3) ack 4 \"abc\"\n>s same\n");
  }

  @Test
  @DisplayName("HDP-17 HSI-6 so it does before the first octet, and what opens no other")
  void goesOnAfterItsOpening() {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA).run(TestEngine.OPEN);
    box.takeOver(0);
    data.run("s> P. 1:4(3) ack 1 \"abc\"\n>c same\n");
    Ends next = Ends.IPV4.withPorts(40_002, DATA_PORT);
    new Script(box).between(next).run("c> S 0:0(0) win 65535 <mss 1460>\n");
  }

  @Test
  @DisplayName("HDP-17 HSI-6 so it does after a long silence")
  void goesOnAfterSilence() {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA).run(TestEngine.OPEN);
    box.takeOver(0);
    data.run("at 600s\ns> P. 1:4(3) ack 1 \"abc\"\n>c same\n");
  }

  @Test
  @DisplayName("HDP-17 HSI-6 so it does if only the dead engine saw the end of its opening")
  void goesOnAfterAnOpeningThatWasLost() {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA);
    data.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\ns> " + DATA_SYN_ACK + ">c same\n");
    box.lose(data, "c> . 1:1(0) ack 1\n>s same\n");
    data.run("at 600s\ns> P. 1:4(3) ack 1 \"abc\"\n>c same\nc> . 1:1(0) ack 4\n>s same\n");
  }

  @Test
  @DisplayName("HDP-17 HSI-6 of several connections those count that another engine opened")
  void countsThoseOfTheEngineBefore() {
    connections = 2;
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    new Script(box).between(DATA).run(TestEngine.OPEN);
    box.takeOver(0);
    new Script(box).between(Ends.IPV4.withPorts(40_002, DATA_PORT)).run(TestEngine.OPEN);
    Ends next = Ends.IPV4.withPorts(40_003, DATA_PORT);
    box.takeOver(0);
    new Script(box).between(next).run("c> S 0:0(0) win 65535 <mss 1460>\n");
  }

  @Test
  @DisplayName("HDP-17 HSI-6 so it does after it was parked")
  void goesOnAfterParking() {
    Succession parking = new Succession(engines.parkAfter(PARK_NANOS), CommitMode.STRICT);
    new Script(parking).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(parking).between(DATA);
    data.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\nat 60s\n");
    assertThat(Connections.of(parking.engine())).isEmpty();
    data.run("at 61s\nc> P. 6:9(3) ack 1 \"abc\"\n>s same\nat 120s\n");
    parking.takeOver(data.nowNanos());
    data.run("at 121s\nc> P. 9:12(3) ack 1 \"abc\"\n>s same\n");
  }

  @Test
  @DisplayName("C-66 HDP-18 its SYN-ACK waits for its record in strict mode")
  void waitsForItsRecord() {
    LateCommitsBox late = new LateCommitsBox(engines, CommitMode.STRICT, DELAY_NANOS);
    new Script(late)
        .between(CONTROL)
        .run(
            Opening.recorded(CommitMode.STRICT)
                + "c> P. 1:2(1) ack 1 \"x\"\nat 0.02s\n>s P. 1:2(1) ack 1 \"x\"\n");
    Script data = new Script(late).between(DATA);
    data.run("at 1s\nc> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    data.run("s> " + DATA_SYN_ACK + "at 1.009s\nat 1.01s\n>c " + DATA_SYN_ACK);
  }

  @Test
  @DisplayName("HDP-18 HSI-6 so it does after it was handed over")
  void goesOnAfterAMove() {
    passesAfter(box::handOver);
  }

  @Test
  @DisplayName("HDP-17 HSI-6 an answer is dropped to a SYN that only the engine before saw")
  void waitsForTheSynAgain() {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA);
    data.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    box.takeOver(0);
    data.run("s> " + DATA_SYN_ACK);
    data.run(TestEngine.OPEN + "s> P. 1:4(3) ack 1 \"abc\"\n>c same\n");
    box.takeOver(0);
    data.run("c> P. 1:6(5) ack 4 \"Hello\"\n>s same\n");
  }

  @Test
  @DisplayName("HDP-17 its end closes its record")
  void closesItsRecord() {
    new Script(box).between(CONTROL).run(TestEngine.OPEN + ANNOUNCEMENT);
    Script data = new Script(box).between(DATA).run(TestEngine.CLOSED + "at 900s\n");
    box.takeOver(data.nowNanos());
    data.run("c> P. 2:5(3) ack 2 \"abc\"\n");
  }
}
