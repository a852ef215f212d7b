package dev.midstream.worlds.fastpath;

import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.packet.Leg;
import java.util.SplittableRandom;

/** The table of the model, which finds no room at times, and notes when it changes. */
public final class HandOverTable implements FastPathTable {
  private static final int ENTRIES = 64;

  private final FastPathModel model = new FastPathModel(ENTRIES);
  private final HandOverPlan plan;
  private final SplittableRandom random;
  private boolean changed;

  /** An empty table that refuses entries as {@code plan} says. */
  public HandOverTable(HandOverPlan plan, long seed) {
    this.plan = plan;
    random = new SplittableRandom(seed);
  }

  /** The model that forwards. */
  public FastPathModel model() {
    return model;
  }

  /** Notes that what passes without an entry has changed. */
  void noteChanged() {
    changed = true;
  }

  /** Whether the table has changed since the last call of {@link #takeChanged}. */
  boolean isChanged() {
    return changed;
  }

  /** Whether the table has changed since the last call. */
  boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  @Override
  public FlowKey newKey() {
    return model.newKey();
  }

  @Override
  public FlowEntry newEntry() {
    return model.newEntry();
  }

  @Override
  public int interfaceOf(Leg leg) {
    return model.interfaceOf(leg);
  }

  @Override
  public boolean put(FlowKey key, FlowEntry entry) {
    boolean isFull = plan.refuseOneIn() > 0 && random.nextInt(plan.refuseOneIn()) == 0;
    boolean isPut = !isFull && model.put(key, entry);
    changed |= isPut;
    return isPut;
  }

  @Override
  public boolean read(FlowKey key, FlowEntry entry) {
    return model.read(key, entry);
  }

  @Override
  public boolean take(FlowKey key, FlowEntry entry) {
    boolean isTaken = model.take(key, entry);
    changed |= isTaken;
    return isTaken;
  }
}
