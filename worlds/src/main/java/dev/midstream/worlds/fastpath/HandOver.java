package dev.midstream.worlds.fastpath;

import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.ArrivalQueue;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two boxes in front of an engine: the model of the kernel, and in front of that one the moments at
 * which connections change hands. They are recalled at random too. A packet between the two hooks
 * of the kernel may then be seen by none of both, or by both.
 */
public final class HandOver {
  private static final int MAX_FAULTS = 20;

  private final HandOverPlan plan;
  private final HandOverTable table;
  private final HandOverTable guards;
  private final SplittableRandom random;
  private final FrameView view = new FrameView();
  private final FlowKey key;
  private final Deque<Packet> copies = new ArrayDeque<>();
  private Consumer<Packet> onCopy = packet -> {};
  private @Nullable GivingBox giving;
  private @Nullable Supplier<FastPath> fastPath;
  private boolean passesEarly;
  private long copiedNanos;
  private boolean upward;
  private boolean forwarded;
  private int lost;
  private int doubled;
  private int shifted;
  private int waiting;

  /** Changes of hands as {@code plan} says; what is random comes from {@code seed}. */
  public HandOver(HandOverPlan plan, long seed) {
    this.plan = plan;
    table = new HandOverTable(plan, seed);
    guards = new HandOverTable(plan, ~seed);
    random = new SplittableRandom(seed);
    key = table.newKey();
  }

  /** What the engine needs to give connections away. */
  public FastPathTerms terms() {
    HandOverTable own = plan.isGuarded() ? guards : null;
    return new FastPathTerms(table, plan.leastBytes(), plan.isQueued(), own, new Orphans());
  }

  /**
   * Sets what gives the connections of the engine away that is alive, which was made with {@link
   * #terms}.
   */
  public void setFastPath(Supplier<FastPath> living) {
    fastPath = living;
  }

  /** The table of guards; null if there are none. */
  public @Nullable HandOverTable guards() {
    return plan.isGuarded() ? guards : null;
  }

  /** Shows {@code observer} each packet that the engine gets although the fast path has it, too. */
  public void observeCopies(Consumer<Packet> observer) {
    onCopy = observer;
  }

  /** Notes that the process of the engine has died, and its entries and its socket with it. */
  public void noteEngineDied() {
    table.model().clear();
    boolean ignored = table.takeChanged();
  }

  /** Entries that are left in the table. */
  public int entries() {
    return table.model().size();
  }

  /**
   * Whether the next packet is lost before the box: a connection has changed hands, and neither the
   * engine nor the fast path sees it.
   */
  public boolean loses() {
    boolean isLost = table.isChanged() && random.nextBoolean() && isFaulty();
    if (isLost) {
      boolean ignored = table.takeChanged();
      lost++;
    }
    return isLost;
  }

  private boolean isFaulty() {
    return plan.faultOneIn() > 0
        && lost + doubled < MAX_FAULTS
        && random.nextInt(plan.faultOneIn()) == 0;
  }

  /** Whether packets were lost or doubled. */
  public boolean hasFaults() {
    return lost + doubled > 0;
  }

  /** Packets that neither the engine nor the fast path saw. */
  public int lost() {
    return lost;
  }

  /** Packets that both saw. */
  public int doubled() {
    return doubled;
  }

  /** Whether the fast path has forwarded the last packet. */
  public boolean hasForwarded() {
    return forwarded;
  }

  /** Packets that the fast path forwarded without an entry. */
  public long early() {
    return table.model().earlyPackets();
  }

  /** Segments that the fast path forwarded with another sequence number. */
  public int shifted() {
    return shifted;
  }

  /** Connections that were given away when no packet waited before the engine. */
  public int givenWhenDrained() {
    return giving == null ? 0 : giving.whenDrained();
  }

  /** Connections that were given away although packets waited, because it was too late. */
  public int givenWhenOverdue() {
    return giving == null ? 0 : giving.whenOverdue();
  }

  /**
   * The queue between the kernel and the engine, in which packets keep their order. The kernel
   * decides when they arrive.
   */
  public ArrivalQueue queue() {
    return mayWait() ? new Queue() : ArrivalQueue.NONE;
  }

  /** Whether packets may wait before the engine. */
  public boolean mayWait() {
    return plan.waitNanos() > 0;
  }

  /** The kernel in front of {@code engine}. */
  public FrontBox kernel(Box engine) {
    return new Kernel(engine);
  }

  /** The changes of hands in front of {@code kernel}. */
  public FrontBox changes(Box kernel) {
    FrontBox changes = new Changes(kernel);
    if (!plan.isQueued()) {
      return changes;
    }
    giving =
        new GivingBox(changes, Objects.requireNonNull(fastPath), () -> waiting > 0, random.split());
    return giving;
  }

  private record Seen(boolean isSegment, int sequence) {}

  private Seen see(Packet packet) {
    boolean isSegment = view.read(packet) == FrameKind.TCP;
    return new Seen(isSegment, isSegment ? view.sequence() : 0);
  }

  private final class Kernel implements FrontBox {
    private final Box box;

    private Kernel(Box box) {
      this.box = box;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      Seen before = see(packet);
      forwarded = false;
      if (upward || table.model().process(packet, nowNanos) != RecallReason.NONE) {
        return box.onPacket(packet, nowNanos, out);
      }
      shifted += see(packet).equals(before) ? 0 : 1;
      forwarded = true;
      return Disposition.FORWARD;
    }

    @Override
    public Box box() {
      return box;
    }
  }

  private final class Queue implements ArrivalQueue {
    private long lastNanos;

    @Override
    public long dueNanos(Packet packet, long nowNanos) {
      if (!recallSometimes(packet) && table.model().forwards(packet)) {
        return nowNanos;
      }
      table.model().process(packet, nowNanos);
      lastNanos = Math.max(lastNanos, nowNanos + 1 + random.nextLong(plan.waitNanos()));
      waiting++;
      return lastNanos;
    }

    @Override
    public void leave(boolean hasWaited) {
      upward = hasWaited;
      waiting -= hasWaited ? 1 : 0;
    }
  }

  /** Called once for each packet. */
  private boolean recallSometimes(Packet packet) {
    if (plan.earlyOneIn() > 0 && random.nextInt(plan.earlyOneIn()) == 0) {
      boolean wasForwarded = table.model().forwards(packet);
      passesEarly = !passesEarly;
      table.model().passEarly(passesEarly ? plan.early() : null);
      if (table.model().forwards(packet) != wasForwarded) {
        table.noteChanged();
      }
    }
    boolean isDue = plan.recallOneIn() > 0 && random.nextInt(plan.recallOneIn()) == 0;
    return isDue
        && view.read(packet) == FrameKind.TCP
        && table.model().recall(key.set(view), RecallReason.HEADERS);
  }

  private final class Changes implements FrontBox {
    private final Box box;

    private Changes(Box box) {
      this.box = box;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      boolean hasQueue = plan.waitNanos() > 0;
      boolean isRecalled = !hasQueue && recallSometimes(packet);
      boolean isChanging = table.takeChanged() || isRecalled;
      if (isChanging && !hasQueue && isFaulty()) {
        copy(packet, nowNanos);
      }
      return box.onPacket(packet, nowNanos, out);
    }

    /** A second copy counts as retransmitted, and must not be ECN-capable (RFC 3168 6.1.5). */
    private void copy(Packet packet, long nowNanos) {
      if (view.read(packet) == FrameKind.TCP && view.ecn() == 0) {
        doubled++;
        copies.add(Frames.inPlaceOf(packet, Frames.octets(packet)));
        onCopy.accept(packet);
        copiedNanos = nowNanos;
      }
    }

    /** The engine gets a copy later than the fast path, in a call of its own. */
    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      forwarded = false;
      Packet copy = copies.poll();
      if (copy == null) {
        box.onTimer(nowNanos, out);
        return;
      }
      upward = true;
      if (box.onPacket(copy, nowNanos, out) == Disposition.FORWARD) {
        copy.from(copy.linkType(), copy.leg().opposite(), copy.interfaceId(), copy.timeNanos());
        out.emit(copy);
      }
      upward = false;
    }

    @Override
    public long nextDeadlineNanos() {
      long nanos = box.nextDeadlineNanos();
      return copies.isEmpty() ? nanos : Math.min(nanos, copiedNanos);
    }

    @Override
    public Box box() {
      return box;
    }
  }
}
