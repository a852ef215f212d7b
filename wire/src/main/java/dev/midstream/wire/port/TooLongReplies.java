package dev.midstream.wire.port;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.TooBigReply;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ICMP errors about frames that were too long to be sent, until the box is given them, as if a
 * router behind the interface had sent them. Not thread-safe.
 *
 * <p>At most 1,000 in a second (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4). Each is shorter
 * than its cause. The next frame that is too long causes another one in place of one that is left
 * out.
 */
final class TooLongReplies {
  private static final int MAX_WAITING = 32;
  private static final int MAX_IN_PERIOD = 100;
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final TooBigReply reply = new TooBigReply();
  private final Packet packet = new Packet();
  private final MemorySegment copies;
  private final int[] lengths = new int[MAX_WAITING];
  private final Leg[] legs = new Leg[MAX_WAITING];
  private int first;
  private int waiting;
  private long periodNanos;
  private int inPeriod;

  TooLongReplies(Arena arena) {
    copies = arena.allocate((long) MAX_WAITING * TooBigReply.MAX_BYTES, Long.BYTES);
  }

  /** Adds the reply to a frame that was to leave by {@code leg}, if there is to be one. */
  void add(Leg leg, MemorySegment memory, long offset, int length, int mtu) {
    Packet made = waiting == MAX_WAITING ? null : reply.to(memory, offset, length, mtu);
    if (made != null) {
      int slot = (first + waiting) % MAX_WAITING;
      MemorySegment.copy(made.memory(), made.offset(), copies, offsetOf(slot), made.length());
      lengths[slot] = made.length();
      legs[slot] = leg;
      waiting++;
    }
  }

  /** Removes the next reply, valid until the next {@link #add}; null if there is none. */
  @Nullable Packet next(long nowNanos) {
    if (waiting == 0) {
      return null;
    }
    if (nowNanos - periodNanos >= PERIOD_NANOS) {
      periodNanos = nowNanos;
      inPeriod = 0;
    }
    if (inPeriod == MAX_IN_PERIOD) {
      waiting = 0;
      return null;
    }
    inPeriod++;
    int slot = first;
    first = (first + 1) % MAX_WAITING;
    waiting--;
    return packet
        .at(copies, offsetOf(slot), lengths[slot])
        .from(LinkType.ETHERNET, legs[slot], TwoLegPort.interfaceOf(legs[slot]), nowNanos);
  }

  private static long offsetOf(int slot) {
    return (long) slot * TooBigReply.MAX_BYTES;
  }
}
