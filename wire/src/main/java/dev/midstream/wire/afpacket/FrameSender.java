package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.MessageArray;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.PayloadParts;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LegDevice;
import dev.midstream.wire.port.TooLongFrames;
import java.lang.foreign.MemorySegment;

/** Sends frames on a packet socket with sendmmsg(2), without copying them. */
final class FrameSender {
  private final Linux linux;
  private final int socket;
  private final LegCounters counters;
  private final MessageArray messages;
  private final MemorySegment[] frames = new MemorySegment[LegDevice.QUEUE_FRAMES];
  private final long[] offsets = new long[LegDevice.QUEUE_FRAMES];
  private final int[] firstLengths = new int[LegDevice.QUEUE_FRAMES];
  private final int[] lengths = new int[LegDevice.QUEUE_FRAMES];
  private int queued;

  FrameSender(Linux linux, int socket, LegCounters counters) {
    this.linux = linux;
    this.socket = socket;
    this.counters = counters;
    messages = MessageArray.forSending(linux, LegDevice.QUEUE_FRAMES, 1 + PayloadParts.MAX_PARTS);
  }

  /** Queues a virtio header and its frame. */
  void queue(MemorySegment memory, long offset, int length) {
    messages.buffer(queued, memory.address() + offset, length);
    frames[queued] = memory;
    offsets[queued] = offset + VirtioHeader.BYTES;
    firstLengths[queued] = length - VirtioHeader.BYTES;
    lengths[queued] = length - VirtioHeader.BYTES;
    queued++;
  }

  /** Appends payload to the frame queued last. */
  void append(MemorySegment memory, long offset, int length) {
    messages.append(queued - 1, memory.address() + offset, length);
    lengths[queued - 1] += length;
  }

  /**
   * Sends all queued frames.
   *
   * @param lost whether the kernel is known to drop the frames because the interface has no carrier
   * @param refused takes those that are too long
   * @return whether the interface was found to be down or absent
   */
  boolean flush(boolean lost, TooLongFrames refused) {
    boolean down = false;
    int at = 0;
    while (at < queued) {
      int result =
          linux.sendMessages(socket, messages.address(at), queued - at, MessageArray.DO_NOT_WAIT);
      if (result > 0) {
        count(at, at + result, lost);
        at += result;
      } else if (result != -Errno.EINTR) {
        LegCounter cause = cause(-result);
        counters.add(cause, 1);
        down |= cause == LegCounter.LINK_DOWN;
        if (cause == LegCounter.TOO_LONG_TO_SEND) {
          refused.take(frames[at], offsets[at], firstLengths[at]);
        }
        at++;
      }
    }
    queued = 0;
    return down;
  }

  /** Forgets all queued frames; returns how many. */
  int drop() {
    int dropped = queued;
    queued = 0;
    return dropped;
  }

  private void count(int from, int to, boolean lost) {
    if (lost) {
      counters.add(LegCounter.LINK_DOWN, (long) to - from);
      return;
    }
    long bytes = 0;
    for (int index = from; index < to; index++) {
      bytes += lengths[index];
    }
    counters.add(LegCounter.SENT_FRAMES, (long) to - from);
    counters.add(LegCounter.SENT_BYTES, bytes);
  }

  private static LegCounter cause(int errno) {
    return switch (errno) {
      case Errno.EMSGSIZE -> LegCounter.TOO_LONG_TO_SEND;
      case Errno.ENETDOWN, Errno.ENXIO, Errno.ENODEV -> LegCounter.LINK_DOWN;
      case Errno.EAGAIN, Errno.ENOBUFS -> LegCounter.QUEUE_FULL;
      default -> LegCounter.REFUSED;
    };
  }
}
