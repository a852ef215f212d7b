package dev.midstream.engines.worker;

import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.wire.packet.Packet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Assigns connections to the engines of other buckets, for the engine of one. */
final class EngineRouter implements ConnectionRouter {
  /** No engine's place. */
  static final int NO_BUCKET = -1;

  private final BucketLog log;
  private final int own;
  private final Buckets buckets;
  private final NodeExpectations expectations;
  private final StayingPlaces staying;
  private final Others others;

  /** What a router needs of the other engines. */
  interface Others {
    /** The time of the present call. */
    long nowNanos();

    /** Has the packet processed by the engine at {@code place}, after the present call. */
    void handOff(int place, Packet packet);

    /** Shows something to each open engine but that at {@code except}; it may be due then. */
    void show(int except, Consumer<Engine> what);

    /** The log of the engine at {@code place} has something to send. */
    void noteChanged(int place);
  }

  EngineRouter(
      BucketLog log,
      Buckets buckets,
      NodeExpectations expectations,
      StayingPlaces staying,
      Others others) {
    this.staying = staying;
    this.log = log;
    own = log.bucket();
    this.buckets = buckets;
    this.expectations = expectations;
    this.others = others;
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
    int bucket =
        buckets.of(
            sourceHigh, sourceLow, destinationHigh, destinationLow, sourcePort, destinationPort);
    if (bucket != own) {
      return bucket;
    }
    return staying.isAny(own)
        ? staying.of(
            ConnectionEnds.of(
                network,
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                sourcePort,
                destinationPort),
            log)
        : SELF;
  }

  @Override
  public boolean handOff(int owner, Packet packet) {
    if (owner != StayingPlaces.NOWHERE) {
      others.handOff(owner, packet);
    }
    return true;
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    return expect(expected, 0);
  }

  @Override
  public boolean expect(ExpectedConnection expected, int opened) {
    Written written = expectations.expect(log, expected, opened, others.nowNanos());
    if (written == null) {
      return false;
    }
    others.show(staying.of(log), engine -> engine.shared().add(written, 0, others.nowNanos()));
    return true;
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    others.show(staying.of(log), engine -> engine.shared().noteOpened(expected, ends));
    expectations.opened(log, expected, ends);
  }

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {
    others.show(
        staying.of(log), engine -> engine.shared().noteRecorded(expected, ends, others.nowNanos()));
    expectations.recorded(log, expected, ends);
  }

  @Override
  public void withdraw(ExpectedConnection expected) {
    others.show(staying.of(log), engine -> engine.unexpect(expected));
    expectations.withdraw(log, expected);
  }

  @Override
  public void noteChanged() {
    others.noteChanged(staying.of(log));
  }
}
