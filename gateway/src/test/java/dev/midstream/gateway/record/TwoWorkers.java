package dev.midstream.gateway.record;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Two workers: the first owns no connection and hands every packet off to the second. */
final class TwoWorkers implements Box, ConnectionRouter {
  private final Box owning;
  private final Box handing;
  private PacketOutput output = packet -> {};

  TwoWorkers(Recording recording, EngineConfiguration configuration) {
    Engine owner = RecordingTest.engine(configuration);
    owning = recording.around(owner, owner, nanos -> nanos);
    Engine other =
        new Engine(
            configuration,
            new HashSeed(1, 2),
            UnpooledByteBufAllocator.DEFAULT,
            CommitLog.NONE,
            this,
            EventSink.NONE);
    handing = recording.around(other, other, nanos -> nanos);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    output = out;
    return handing.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    owning.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return owning.nextDeadlineNanos();
  }

  @Override
  public int ownerOf(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    return 1;
  }

  @Override
  public boolean handOff(int owner, Packet packet) {
    Packet copy =
        new Packet()
            .at(MemorySegment.ofArray(RecordedPacket.copy(packet)), 0, packet.length())
            .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos());
    if (owning.onPacket(copy, packet.timeNanos(), output) == Disposition.FORWARD) {
      output.emit(
          copy.from(
              packet.linkType(),
              packet.leg().opposite(),
              packet.interfaceId(),
              packet.timeNanos()));
    }
    return true;
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    return true;
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {}

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {}

  @Override
  public void withdraw(ExpectedConnection expected) {}
}
