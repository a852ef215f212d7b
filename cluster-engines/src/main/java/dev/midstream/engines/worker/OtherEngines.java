package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Packet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The engines of a worker, for the router of one of them. */
final class OtherEngines implements EngineRouter.Others {
  private final BucketStates states;
  private final OpenEngines open;
  private final AwaitingPackets waiting;
  private final BucketDeadlines deadlines;
  private final IntConsumer due;
  private final LongSupplier clock;

  /**
   * Those of {@code open}.
   *
   * @param due notes when the engine at a place is due
   * @param clock the time of the present call
   */
  OtherEngines(
      BucketStates states,
      OpenEngines open,
      AwaitingPackets waiting,
      BucketDeadlines deadlines,
      IntConsumer due,
      LongSupplier clock) {
    this.states = states;
    this.open = open;
    this.waiting = waiting;
    this.deadlines = deadlines;
    this.due = due;
    this.clock = clock;
  }

  @Override
  public long nowNanos() {
    return clock.getAsLong();
  }

  @Override
  public void handOff(int place, Packet packet) {
    waiting.addReady(place, packet);
  }

  @Override
  public void show(int except, Consumer<Engine> what) {
    open.forEach((engine, place) -> {
      if (place != except) {
        long before = appended(place);
        what.accept(engine);
        due.accept(place);
        if (appended(place) > before) {
          noteChanged(place);
        }
      }
    });
  }

  private long appended(int place) {
    OwnedBucket owned = states.owned(place);
    return owned == null ? 0 : owned.log().appended();
  }

  @Override
  public void noteChanged(int place) {
    deadlines.set(place, nowNanos()); // its log is sent then, too
  }
}
