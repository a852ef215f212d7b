package dev.midstream.reassembly;

import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.fastpath.Guards;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.fragment.FragmentPool;
import dev.midstream.reassembly.park.ParkingBuffers;
import dev.midstream.reassembly.path.PacketBuilders;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.MemoryPool;
import io.netty.buffer.ByteBufAllocator;

/**
 * What the engines of one worker share: the limits of memory, connections and fragments, which hold
 * for all of them together, and memory that is used during one call. So an engine without
 * connections costs little, and what one engine gives back any other one may take.
 *
 * <p>If nothing is left, others give way first, whichever engine they belong to: octets that can be
 * thrown away, the oldest incomplete datagrams, connections that may be evicted, and those that
 * keep octets beyond the limit for longest without progress.
 *
 * <p>Not thread-safe: engines that share it belong to one thread, and none may be called during a
 * call of another one.
 */
public final class EngineResources {
  final ByteBufAllocator allocator;
  final MemoryPool memory;
  final ConnectionPool connections;
  final FragmentPool fragments;
  final PacketBuilders builders = PacketBuilders.create();
  final ParkingBuffers parking = new ParkingBuffers();
  final FastPathTerms fastPath;
  final Guards guards;

  /**
   * The limits of {@code configuration}, all of them free.
   *
   * @param configuration that of each engine, but for the limits of what is shared
   * @param allocator allocates the memory for kept octets; pooled direct memory is recommended
   */
  public EngineResources(EngineConfiguration configuration, ByteBufAllocator allocator) {
    this(configuration, allocator, FastPathTerms.OFF);
  }

  /** The same, where connections that need no decision are given away as {@code fastPath} says. */
  public EngineResources(
      EngineConfiguration configuration, ByteBufAllocator allocator, FastPathTerms fastPath) {
    this.allocator = allocator;
    this.fastPath = fastPath;
    guards = new Guards(fastPath.guards());
    EngineLimits limits = configuration.limits();
    boolean inline = configuration.vantage() == Vantage.INLINE;
    memory = new MemoryPool(limits.totalBytes(), inline ? MemoryBudget.RESERVE_BYTES : 0);
    connections = new ConnectionPool(limits.connections(), limits.connectionBytes());
    fragments = new FragmentPool(limits.fragments());
  }

  /** The memory for octets that connections and fragments keep. */
  public MemoryPool memory() {
    return memory;
  }

  /** The connections of all engines. */
  public ConnectionPool connections() {
    return connections;
  }

  /** The fragments of all engines. */
  public FragmentPool fragments() {
    return fragments;
  }
}
