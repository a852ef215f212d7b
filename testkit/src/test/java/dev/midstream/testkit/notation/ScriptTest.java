package dev.midstream.testkit.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.Wire;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
  private static final String CONVERSATION =
      """
      c> S 0:0(0) win 64240 <mss 1460,sackOK,wscale 7,TS 1/0>
      >s S 0:0(0) win 64240 <mss 1460,sackOK,nop,wscale 7,TS 1/0>
      s> S. 0:0(0) ack 1 <mss 1400>
      >c S. 0:0(0) ack 1 <mss 1400>
      # the client speaks
      c> P. 1:6(5) ack 1 win 500 ttl 63 "Hello"
      >s P. 1:6(5) ack 1 win 500 ttl 63 "Hello"
      s> . 1:1(0) ack 6 <sack 9:12 15:18>
      >c same
      c> FPU. 6:9(3) ack 1 urg 2 0x00ff22 pad 3
      >s FPU. 6:9(3) ack 1 urg 2 "\\0\\xff\\""
      s> REWA 1:1(0)
      >c RAEW 1:1(0)
      nothing
      """;

  /** Keeps the last packet and sends it one second after it arrived, or at the end. */
  private static final class Pause implements Box {
    private byte[] kept = {};
    private long dueNanos = Long.MAX_VALUE;

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      kept = Frames.octets(packet);
      dueNanos = nowNanos + 1_000_000_000L;
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      dueNanos = Long.MAX_VALUE;
      Packet packet = new Packet().at(MemorySegment.ofArray(kept), 0, kept.length);
      out.emit(packet.from(packet.linkType(), Ends.legOfSender(Direction.CLIENT_TO_SERVER), 0, 0));
    }

    @Override
    public long nextDeadlineNanos() {
      return dueNanos;
    }
  }

  @Test
  void roundTripsSegments() {
    new Script(new Wire()).run(CONVERSATION);
    new Script(new Wire()).between(Ends.IPV6).run(CONVERSATION);
    new Script(new Wire()).between(Ends.IPV4.withVlans(5)).run(CONVERSATION);
    new Script(new Wire()).between(Ends.IPV6.withVlans(7 << 12 | 9)).run(CONVERSATION);
    new Script(new Wire()).between(Ends.IPV4.withPorts(1, 2).withIsns(3, 4)).run(CONVERSATION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ">s P. 1:5(4) ack 1",
        ">s . 1:6(5) ack 1",
        ">s P. 2:7(5) ack 1",
        ">s P. 1:6(5) ack 2",
        ">s P. 1:6(5) ack 1 win 501",
        ">s P. 1:6(5) ack 1 ttl 64",
        ">s P. 1:6(5) ack 1 tos 1",
        ">s P. 1:6(5) ack 1 id 2",
        ">s P. 1:6(5) ack 1 df 0",
        ">s P. 1:6(5) ack 1 urg 1",
        ">s P. 1:6(5) ack 1 <TS 1/3>",
        ">s P. 1:6(5) ack 1 \"hello\"",
        ">s P. 1:6(5) ack 1 badsum",
        ">c P. 1:6(5) ack 1",
        "nothing",
        ""
      })
  void failsWithActualOutput(String expectation) {
    Script script = new Script(new Wire());

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() ->
            script.run("c> P. 1:6(5) ack 1 win 500 ttl 63 <TS 1/2> \"Hello\"\n" + expectation))
        .withMessageContaining(">s P. 1:6(5) ack 1 win 500 urg 0 ttl 63 <TS 1/2> \"Hello\"");
  }

  @Test
  void failsWithoutOutput() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> new Script(new Pause()).run("c> . 1:1(0) ack 1\n>s . 1:1(0) ack 1"))
        .withMessageContaining("line 2: expected >s . 1:1(0) ack 1")
        .withMessageContaining("got nothing");
  }

  @Test
  void firesDueTimers() {
    Script script = new Script(new Pause());

    script.run(
        """
        s> . 1:1(0) ack 1
        at 0.999999999s
        nothing
        at 1.5s
        >c same
        """);

    assertThat(script.nowNanos()).isEqualTo(1_500_000_000L);
    assertThatIllegalArgumentException().isThrownBy(() -> script.run("at 1s"));
  }

  @Test
  void callsEndOfInput() {
    Pause box = new Pause();
    new Script(box, box::onTimer).run("s> . 1:1(0) ack 1\nend\n>c same");
  }

  @Test
  void detectsWrongChecksums() {
    new Script(new Wire()).run("c> . 1:3(2) ack 1 badsum\n>s . 1:3(2) ack 1 badsum");
  }

  @Test
  void cutsCapturedOctets() {
    new Script(new Wire()).run("c> . 1:9(8) ack 1 cut 3\n>s same");
  }

  @Test
  void fillsPayloadByStreamOffset() {
    new Script(new Wire())
        .run(
            """
            c> S 0:3(3)
            >s S 0:3(3) "abc"
            c> . 4:6(2) ack 1
            >s . 4:6(2) ack 1 "de"
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c> P 1:6(5) ack 1 | ack and the flag",
        "c> P. 1:6(4) ack 1 | length is not end - start",
        "c> P. 1:6(5) ack 1 \"Hell\" | payload of another length",
        "c> P. 1:6(5) ack 1 nonsense | cannot read 'nonsense'",
        "c> X 1:6(5) | no flags",
        "c> . 1:1(0) ack 1 <mss> | line 1",
        "c> . 1:1(0) ack 1 <what 1> | unknown option",
        "c> . 1:2(1) ack 1 \"\\q\" | unknown escape",
        "at 5 | time without unit",
        "x> . | cannot read the line"
      })
  void refusesInvalidLines(String line, String message) {
    Script script = new Script(new Wire());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> script.run(line))
        .withMessageContaining(message);
  }

  @Test
  void passesOtherFrames() {
    Script script = new Script(new Wire());
    script.passes(new byte[60], Direction.CLIENT_TO_SERVER);

    Script paused = new Script(new Pause());
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> paused.passes(new byte[60], Direction.CLIENT_TO_SERVER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "win | c> . 1:1(0) ack 1 win 500 | >s . 1:1(0) ack 1",
        "urg | c> U. 1:2(1) ack 1 win 65535 urg 1 | >s U. 1:2(1) ack 1",
        "options | c> . 1:1(0) ack 1 <sack 3:5> | >s . 1:1(0) ack 1",
        "options | c> . 1:1(0) ack 1 <TS 1/2,mss 3> | >s . 1:1(0) ack 1",
        "payload | c> . 1:3(2) ack 1 win 65535 \"ax\" | >s . 1:3(2) ack 1"
      })
  void comparesOmittedFields(String field, String arrival, String expectation) {
    Script script = new Script(new TamperingBox(new Wire(), this::shrinkWindow));
    script.run("c> . 1:3(2) ack 1 \"ab\"\n>s same");

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> script.run(arrival + "\n" + expectation))
        .withMessageContaining("omits " + field + ": " + expectation);
  }

  private boolean shrinkWindow(FrameView view, byte[] frame) {
    if (view.windowField() == 500) {
      new HeaderEditor().edit(view).window(400).done();
    }
    return true;
  }

  @Test
  void acceptsARepeatedWindow() {
    new Script(new TamperingBox(new Wire(), this::shrinkWindow))
        .run(
            """
            c> . 1:1(0) ack 101 win 500
            >s . 1:1(0) ack 101 win 400
            c> . 1:1(0) ack 101 win 500
            >s . 1:1(0) ack 101
            """);
  }

  @Test
  void expectsAgreedTimestamps() {
    String agreed = "c> S 0:0(0) <TS 5/0>\n>s S 0:0(0)\ns> S. 0:0(0) ack 1 <TS 7/5>\n>c same\n";
    new Script(new Wire()).run(agreed + "c> . 1:1(0) ack 1 <TS 6/7>\n>s . 1:1(0) ack 1");
    for (String options : new String[] {"", "<TS 4/7>"}) {
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(() ->
              new Script(new Wire())
                  .run(agreed + "c> . 1:1(0) ack 1 " + options + "\n>s . 1:1(0) ack 1"))
          .withMessageContaining("omits options");
    }
  }
}
