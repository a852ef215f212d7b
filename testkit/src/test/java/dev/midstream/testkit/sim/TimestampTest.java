package dev.midstream.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.junit.jupiter.api.Test;

/** Timestamps, and the segments that are dropped because of them. */
final class TimestampTest {
  private static final EndpointOptions WITH =
      EndpointOptions.MODERN.without(Behaviour.RACK).withMss(1_000);

  @Test
  void dropsOldDuplicateByPaws() {
    Application client = twice();
    Talk talk = Talk.between(WITH, client, new Application().awaitEnd().close());
    talk.aimOut(AimedFault.duplicate(1, AimedFault::data, 1_500 * Talk.MILLI)).complete();
    talk.until(10 * Talk.SECOND);
    assertThat(talk.server(Counter.PAWS_DROPS)).isEqualTo(1);
  }

  @Test
  void refusesOldDuplicateWithoutTimestamps() {
    EndpointOptions without = WITH.without(Behaviour.TIMESTAMPS);
    Application client = twice();
    Talk talk = Talk.between(without, client, new Application().awaitEnd().close());
    talk.aimOut(AimedFault.duplicate(1, AimedFault::data, 1_500 * Talk.MILLI)).complete();
    talk.until(10 * Talk.SECOND);
    assertThat(talk.server(Counter.PAWS_DROPS)).isZero();
    assertThat(talk.server(Counter.UNACCEPTABLE)).isEqualTo(1);
  }

  @Test
  void usesTimestampsOnlyIfBothEndpointsOfferThem() {
    Talk talk =
        new Talk(
            Party.opening(WITH, new Application().write(new byte[5_000]).close()),
            Party.waiting(WITH.without(Behaviour.TIMESTAMPS), new Application().close()));
    talk.complete();
    assertThat(talk.sent("TS ")).isEqualTo(1);
    assertThat(talk.sent("(1000)")).isEqualTo(5);
  }

  @Test
  void acceptsOlderTimestampBeyondGap() {
    Talk talk =
        Talk.between(
            WITH, new Application().write(Streams.random(50_000, 1)).close(), new Application());
    talk.aimOut(AimedFault.drop(1, AimedFault.carrying(Ends.IPV4.clientIsn(), 3_000)));
    talk.until(5 * Talk.SECOND);
    assertThat(talk.server().receivedBytes()).isEqualTo(50_000);
    assertThat(talk.server(Counter.PAWS_DROPS)).isZero();
  }

  @Test
  void detectsBoxThatLowersTimestamps() {
    Talk talk =
        Talk.between(
            WITH, new Application().write(Streams.random(50_000, 1)).close(), new Application());
    talk.network().place(new AgeingBox());
    talk.until(5 * Talk.SECOND);
    assertThat(talk.server(Counter.PAWS_DROPS)).isGreaterThan(5);
    assertThat(talk.server().receivedBytes()).isLessThan(50_000);
  }

  @Test
  void detectsBoxThatRemovesTimestamps() {
    Talk talk = Talk.between(WITH, new Application().write(new byte[900]), new Application());
    talk.network().place(new StrippingBox());
    talk.until(500 * Talk.MILLI);
    assertThat(talk.server(Counter.MISSING_TIMESTAMPS)).isPositive();
    assertThat(talk.server().receivedBytes()).isZero();
  }

  private static Application twice() {
    return new Application()
        .write(new byte[900])
        .until(Talk.SECOND)
        .write(new byte[900])
        .until(3 * Talk.SECOND)
        .close();
  }

  /** Lowers the timestamps from the eleventh segment with payload on. */
  private static final class AgeingBox extends EditingBox {
    private int seen;

    @Override
    void edit(FrameView view, HeaderEditor editor) {
      if (view.payloadLength() > 0 && ++seen > 10) {
        int value = view.options().timestampValue() - 1_000_000;
        editor.timestamps(value, view.options().timestampEcho());
      }
    }
  }

  /** Removes the timestamps of every segment with payload. */
  private static final class StrippingBox extends EditingBox {
    @Override
    void edit(FrameView view, HeaderEditor editor) {
      if (view.payloadLength() > 0) {
        editor.eraseOption(view.options().timestampsOffset() - 2, 10);
      }
    }
  }

  /** Edits the headers of all packets. */
  private abstract static class EditingBox implements UntimedBox {
    private final FrameView view = new FrameView();
    private final HeaderEditor editor = new HeaderEditor();

    abstract void edit(FrameView view, HeaderEditor editor);

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      if (view.read(packet) == FrameKind.TCP) {
        editor.edit(view);
        edit(view, editor);
        editor.done();
      }
      return Disposition.FORWARD;
    }
  }
}
