package dev.midstream.wire.neighbour;

import static dev.midstream.wire.header.NetworkOrder.eightOctets;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells switches that the neighbours of one leg are now reached through this box: one broadcast
 * frame for each, with its address as the source, on the other leg. Switches learn from the source
 * of any frame. Otherwise they send to the box that went before until they hear the address
 * elsewhere, or forget it after 300 s. The frames are repeated twice, since they may be lost.
 *
 * <p>Not thread-safe.
 */
public final class Announcement {
  /*
   * A request of RARP (RFC 903), as hypervisors send it for a virtual machine that has moved: it
   * needs no IP address, and no host changes its ARP table for it. The padding tells nodes that no
   * host has sent it, and that they must not forward it: on the other side of a node the neighbour
   * is where it always was.
   *
   *   ff:ff:ff:ff:ff:ff | address | tags | 8035 | 0001 0800 06 04 0003
   *   address | 0.0.0.0 | address | 0.0.0.0 | "midstrm1", zeros
   */
  /** When the rounds begin, after the first one. */
  private static final long[] ROUNDS_NANOS = {0, 100_000_000, 1_000_000_000};

  /** Frames that are sent at once; the next ones follow after {@link #PAUSE_NANOS}. */
  private static final int BATCH = 64;

  private static final long PAUSE_NANOS = 1_000_000;
  private static final int BYTES = 60;
  private static final int TAG_BYTES = 4;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;
  private static final int TYPE_RARP = 0x8035;
  private static final int BODY_BYTES = 28;
  private static final int SENDER = 8;
  private static final int TARGET = 18;
  private static final long MARK = 0x6d69_6473_7472_6d31L;

  private final Neighbours neighbours;
  private final long startNanos;
  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES + 2L * TAG_BYTES, Long.BYTES);
  private final Packet packet = new Packet();
  private int round;
  private int place;
  private long nextNanos;

  /** Announces {@code neighbours}, from now on; what is learned meanwhile, too. */
  public Announcement(Neighbours neighbours, long nowNanos) {
    this.neighbours = neighbours;
    startNanos = nowNanos;
    nextNanos = nowNanos;
  }

  /** When {@link #emit} is to be called next; {@link Long#MAX_VALUE} if everything is announced. */
  public long nextNanos() {
    return nextNanos;
  }

  /** Sends the frames that are due. */
  public void emit(long nowNanos, PacketOutput out) {
    if (nowNanos < nextNanos) {
      return;
    }
    int sent = 0;
    for (; place < Neighbours.MAX && sent < BATCH; place++) {
      if (neighbours.isKnown(place, nowNanos)) {
        emit(neighbours.leg(place).opposite(), nowNanos, out);
        sent++;
      }
    }
    nextNanos = place < Neighbours.MAX ? nowNanos + PAUSE_NANOS : nextRoundNanos();
  }

  private long nextRoundNanos() {
    place = 0;
    round++;
    return round < ROUNDS_NANOS.length ? startNanos + ROUNDS_NANOS[round] : Long.MAX_VALUE;
  }

  private void emit(Leg leg, long nowNanos, PacketOutput out) {
    long address = neighbours.address(place);
    memory.fill((byte) 0);
    putFourOctets(memory, 0, -1);
    putTwoOctets(memory, 4, -1);
    putAddress(SOURCE, address);
    int type = TYPE;
    for (long tags = neighbours.tags(place); tags != 0; tags >>>= Integer.SIZE) {
      putFourOctets(memory, type, (int) tags);
      type += TAG_BYTES;
    }
    putTwoOctets(memory, type, TYPE_RARP);
    int body = type + 2;
    putFourOctets(memory, body, 0x0001_0800);
    putFourOctets(memory, body + 4L, 0x0604_0003);
    putAddress(body + SENDER, address);
    putAddress(body + TARGET, address);
    putFourOctets(memory, (long) body + BODY_BYTES, (int) (MARK >>> 32));
    putFourOctets(memory, (long) body + BODY_BYTES + 4, (int) MARK);
    packet
        .at(memory, 0, BYTES + type - TYPE)
        .from(LinkType.ETHERNET, leg, 0, nowNanos)
        .offload(ChecksumState.COMPLETE, 0);
    out.emit(packet);
  }

  private void putAddress(int at, long address) {
    putTwoOctets(memory, at, (int) (address >>> 32));
    putFourOctets(memory, at + 2L, (int) address);
  }

  /** Whether another node sent {@code packet} as an announcement. Nodes forward none. */
  public static boolean isAnnouncement(Packet packet) {
    for (int type = TYPE; type <= TYPE + 2 * TAG_BYTES; type += TAG_BYTES) {
      long mark = packet.offset() + type + 2 + BODY_BYTES;
      if (packet.linkType() == LinkType.ETHERNET
          && packet.length() == BYTES + type - TYPE
          && twoOctets(packet.memory(), packet.offset() + type) == TYPE_RARP
          && eightOctets(packet.memory(), mark) == MARK) {
        return true;
      }
    }
    return false;
  }
}
