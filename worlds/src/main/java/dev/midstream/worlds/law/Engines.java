package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.HashSeed;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The engines of a world, one after another. Each has tables, memory, counters and a hash seed of
 * its own, as those of different nodes have. What looks at the engine of a world asks for the one
 * that is alive.
 */
public final class Engines implements Supplier<Engine> {
  private final Maker maker;
  private final List<Engine> all = new ArrayList<>();
  private UnpooledByteBufAllocator allocator = newAllocator();
  private Engine living;

  /** Makes an engine from the plan of a world. */
  @FunctionalInterface
  public interface Maker {
    /** An engine that hashes with {@code seed} and keeps octets in {@code allocator}. */
    Engine make(HashSeed seed, ByteBufAllocator allocator);
  }

  /** The first engine of {@code maker}. */
  public Engines(Maker maker) {
    this.maker = maker;
    living = maker.make(newSeed(), allocator);
    all.add(living);
  }

  private static UnpooledByteBufAllocator newAllocator() {
    return new UnpooledByteBufAllocator(true, true);
  }

  private HashSeed newSeed() {
    return new HashSeed(1, 2 + all.size());
  }

  /** The engine that is alive. */
  @Override
  public Engine get() {
    return living;
  }

  /** The engine has ended, and keeps nothing. Another one begins, which knows nothing of it. */
  void replace() {
    LawBroken.unless(living.connections() == 0, Law.TAKEOVER, () -> "an ended engine knows some");
    LawBroken.unless(
        living.budget().usedBytes() + living.connectionBytes() + allocatedBytes() == 0,
        Law.BOUNDS,
        () ->
            "an ended engine keeps octets: storedBytes=%d connectionBytes=%d allocatedBytes=%d"
                .formatted(
                    living.budget().usedBytes(), living.connectionBytes(), allocatedBytes()));
    allocator = newAllocator();
    living = maker.make(newSeed(), allocator);
    all.add(living);
  }

  /** The memory for octets that the engine has which is alive. */
  public long allocatedBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** How often all of them have counted {@code reason}. */
  public long count(Reason reason) {
    return all.stream().mapToLong(each -> each.counters().of(reason)).sum();
  }

  /** How many there were, the one that is alive included. */
  int count() {
    return all.size();
  }

  /** Shows all of them to {@code observer}, the one that is alive last. */
  public void forEach(Consumer<Engine> observer) {
    all.forEach(observer);
  }
}
