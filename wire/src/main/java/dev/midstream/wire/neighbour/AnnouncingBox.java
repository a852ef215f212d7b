package dev.midstream.wire.neighbour;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A box that learns its neighbours, and announces them when it takes over from another one. It
 * drops the announcements of other nodes: beyond this box an address is where it was. It drops
 * frames that another box in parallel has forwarded, such as a broadcast that both have received,
 * which would go in a circle for ever.
 *
 * <p>Belongs to the thread of the box.
 */
public final class AnnouncingBox implements Box {
  /** How long an announcement waits before it is looked whether this box may announce. */
  private static final long HELD_BACK_NANOS = 10_000_000;

  private final Box box;
  private final Neighbours neighbours;
  private final LongPredicate mayAnnounce;
  private final Runnable onLoop;
  private @Nullable Announcement announcement;

  /**
   * A box around {@code box}.
   *
   * @param neighbours those that are known already
   * @param mayAnnounce whether this box may announce at a time; while it may not, an announcement
   *     waits, and begins anew
   * @param onLoop called for each frame that is dropped because another box has forwarded it
   */
  public AnnouncingBox(Box box, Neighbours neighbours, LongPredicate mayAnnounce, Runnable onLoop) {
    this.onLoop = onLoop;
    this.box = box;
    this.neighbours = neighbours;
    this.mayAnnounce = mayAnnounce;
  }

  /** Begins to announce all neighbours; an announcement that goes on begins anew. */
  public void announce(long nowNanos) {
    announcement = new Announcement(neighbours, nowNanos);
  }

  /** Announces nothing any more. */
  public void cancel() {
    announcement = null;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (Announcement.isAnnouncement(packet)) {
      return Disposition.TAKEN;
    }
    if (!neighbours.learn(packet, nowNanos)) {
      onLoop.run();
      return Disposition.TAKEN;
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
    if (announcement != null && announcement.nextNanos() <= nowNanos) {
      emit(announcement, nowNanos, out);
    }
    if (box.nextDeadlineNanos() <= nowNanos) {
      box.onTimer(nowNanos, out);
    }
  }

  private void emit(Announcement due, long nowNanos, PacketOutput out) {
    if (mayAnnounce.test(nowNanos)) {
      due.emit(nowNanos, out);
    } else {
      announce(nowNanos + HELD_BACK_NANOS);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    long announced = announcement == null ? Long.MAX_VALUE : announcement.nextNanos();
    return Math.min(announced, box.nextDeadlineNanos());
  }
}
