package dev.midstream.wire.neighbour;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * A box that learns its neighbours, and announces them when it takes over from another one. It
 * drops the announcements of other nodes: beyond this box an address is where it was.
 *
 * <p>Belongs to the thread of the box.
 */
public final class AnnouncingBox implements Box {
  private final Box box;
  private final Neighbours neighbours;
  private @Nullable Announcement announcement;

  /** A box around {@code box}; {@code neighbours} are those that are known already. */
  public AnnouncingBox(Box box, Neighbours neighbours) {
    this.box = box;
    this.neighbours = neighbours;
  }

  /** Begins to announce all neighbours; an announcement that goes on begins anew. */
  public void announce(long nowNanos) {
    announcement = new Announcement(neighbours, nowNanos);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (Announcement.isAnnouncement(packet)) {
      return Disposition.TAKEN;
    }
    neighbours.learn(packet, nowNanos);
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
    if (announcement != null) {
      announcement.emit(nowNanos, out);
    }
    if (box.nextDeadlineNanos() <= nowNanos) {
      box.onTimer(nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    long announced = announcement == null ? Long.MAX_VALUE : announcement.nextNanos();
    return Math.min(announced, box.nextDeadlineNanos());
  }
}
