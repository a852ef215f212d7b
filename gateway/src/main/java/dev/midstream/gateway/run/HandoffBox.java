package dev.midstream.gateway.run;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.inbox.InboxMessage;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The box of one of several workers. Handoffs are processed before any packet that may depend on
 * them.
 */
final class HandoffBox implements Box {
  /** The capacity of an inbox, so that other workers cannot keep this one from its own frames. */
  private static final int BATCH = Inbox.MAX_BYTES / InboxMessage.OVERHEAD_BYTES;

  private final Box box;
  private final Engine engine;
  private final Inbox<HandoffMessage> inbox;
  private final @Nullable WorkerTakeover takeover;
  private final MemorySegment memory;
  private final Packet packet = new Packet();

  /**
   * Adds {@code inbox} to {@code box}, which leads to {@code engine}. The arena belongs to the
   * calling thread.
   *
   * @param takeover keeps records of other workers; null if there are none
   */
  HandoffBox(
      Box box,
      Engine engine,
      Inbox<HandoffMessage> inbox,
      @Nullable WorkerTakeover takeover,
      Arena arena) {
    this.takeover = takeover;
    this.box = box;
    this.engine = engine;
    this.inbox = inbox;
    memory = arena.allocate(HandoffMessage.MAX_PACKET_BYTES, Long.BYTES);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (!inbox.isEmpty()) {
      drainInbox(nowNanos, out);
    }
    if (takeover != null) {
      takeover.countPacket(nowNanos, out);
    }
    return box.onPacket(packet, nowNanos, out);
  }

  @Override
  public boolean isPrefetching() {
    return box.isPrefetching();
  }

  @Override
  public void prefetch(Packet packet) {
    box.prefetch(packet);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    drainInbox(nowNanos, out);
    if (box.nextDeadlineNanos() <= nowNanos) {
      box.onTimer(nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    inbox.rearm();
    return inbox.isEmpty() ? box.nextDeadlineNanos() : 0;
  }

  private void drainInbox(long nowNanos, PacketOutput out) {
    drain(nowNanos, out);
    if (takeover != null) {
      takeover.tell();
    }
  }

  private void drain(long nowNanos, PacketOutput out) {
    for (int count = 0; count < BATCH; count++) {
      switch (inbox.poll()) {
        case null -> {
          return;
        }
        case HandoffMessage.CopiedPacket(PacketCopy copy) -> process(copy, nowNanos, out);
        case HandoffMessage.ExpectationUpdate update -> apply(update, nowNanos);
        case HandoffMessage.CopiedRecord record -> present(takeover).keep(record, nowNanos);
        case HandoffMessage.KeptRecords kept -> present(takeover).commit(kept, nowNanos, out);
        case HandoffMessage.EngineDied death -> present(takeover).inherit(death, nowNanos);
      }
    }
  }

  private static WorkerTakeover present(@Nullable WorkerTakeover takeover) {
    return Objects.requireNonNull(takeover, "no records are kept");
  }

  private void apply(HandoffMessage.ExpectationUpdate update, long nowNanos) {
    switch (update.change()) {
      case ANNOUNCED -> engine.expect(update.expected(), nowNanos);
      case OPENED -> engine.shared().noteOpened(update.expected(), update.ends());
      case RECORDED ->
          engine
              .shared()
              .noteRecorded(update.expected(), Objects.requireNonNull(update.ends()), nowNanos);
      case WITHDRAWN -> engine.unexpect(update.expected());
    }
  }

  /** The packet leaves through this worker's port, forwarded or not. */
  private void process(PacketCopy copy, long nowNanos, PacketOutput out) {
    copy.restore(packet, memory, nowNanos);
    if (box.onPacket(packet, nowNanos, out) == Disposition.FORWARD) {
      packet.from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), nowNanos);
      out.emit(packet);
    }
  }
}
