package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import java.util.function.ToIntFunction;

/** The table of the kernel's program. Belongs to one thread, but the kernel changes it any time. */
final class KernelFlowTable implements FastPathTable {
  private final Linux linux;
  private final BpfRequest request;
  private final int map;
  private final ToIntFunction<Leg> interfaces;
  private final long zeroNanos;

  /**
   * A table in {@code map}.
   *
   * @param interfaces the index of each leg's interface
   * @param zeroNanos the time of CLOCK_MONOTONIC that is 0 on the clock of this table
   */
  KernelFlowTable(Linux linux, int map, ToIntFunction<Leg> interfaces, long zeroNanos) {
    this.linux = linux;
    this.map = map;
    this.interfaces = interfaces;
    this.zeroNanos = zeroNanos;
    request = new BpfRequest(linux);
  }

  @Override
  public FlowKey newKey() {
    return new FlowKey(linux.allocate(FlowKey.BYTES));
  }

  @Override
  public FlowEntry newEntry() {
    return new FlowEntry(linux.allocate(FlowEntry.BYTES));
  }

  @Override
  public int interfaceOf(Leg leg) {
    return interfaces.applyAsInt(leg);
  }

  @Override
  public boolean put(FlowKey key, FlowEntry entry) {
    long nanos = entry.nanos();
    entry.nanos(nanos == 0 ? 0 : nanos + zeroNanos);
    boolean isPut = request.put(map, key.memory(), entry.memory()) >= 0;
    entry.nanos(nanos);
    return isPut;
  }

  @Override
  public boolean read(FlowKey key, FlowEntry entry) {
    return found(request.find(map, key.memory(), entry.memory()), entry);
  }

  @Override
  public boolean take(FlowKey key, FlowEntry entry) {
    return found(request.take(map, key.memory(), entry.memory()), entry);
  }

  private boolean found(int result, FlowEntry entry) {
    if (result >= 0 && entry.nanos() != 0) {
      entry.nanos(entry.nanos() - zeroNanos);
    }
    return result >= 0;
  }
}
