package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.MessageArray;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.nativecall.VlanTag;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import java.lang.foreign.MemorySegment;

/** Frames by recvmmsg(2), in buffers of our own. */
final class MessageSource implements FrameSource {
  private static final int BATCH = 64;

  /** Room for a VLAN tag, and IP headers start at a multiple of four. */
  private static final int HEADROOM = 8;

  /** A super-segment of 64 KiB behind Ethernet header, three VLAN tags and virtio header. */
  private static final int BUFFER_BYTES = HEADROOM + VirtioHeader.BYTES + 26 + 65_536;

  private static final int STRIDE = (BUFFER_BYTES + 63) & -64;

  private final Linux linux;
  private final int socket;
  private final LegCounters counters;
  private final MemorySegment buffers;
  private final MessageArray messages;
  private final long[] offsets = new long[BATCH];
  private final int[] lengths = new int[BATCH];
  private boolean isReadable;
  private boolean isIdle = true;

  MessageSource(Linux linux, int socket, LegCounters counters) {
    this.linux = linux;
    this.socket = socket;
    this.counters = counters;
    buffers = linux.allocate((long) BATCH * STRIDE);
    messages = MessageArray.forReceiving(linux, BATCH);
    for (int index = 0; index < BATCH; index++) {
      long at = buffers.address() + (long) index * STRIDE + HEADROOM;
      messages.buffer(index, at, STRIDE - HEADROOM);
    }
  }

  @Override
  public void readable() {
    isReadable = true;
  }

  @Override
  public int receive() {
    if (!isReadable) {
      return 0;
    }
    int result =
        linux.receiveMessages(socket, messages.address(0), BATCH, MessageArray.DO_NOT_WAIT);
    isReadable = false;
    isIdle &= result == 0;
    if (result < 0) {
      return result;
    }
    int frames = 0;
    for (int index = 0; index < result; index++) {
      frames += take(index, frames);
    }
    return frames;
  }

  @Override
  public boolean isIdle() {
    boolean was = isIdle && !isReadable;
    isIdle = true;
    return was;
  }

  @Override
  public MemorySegment memory() {
    return buffers;
  }

  @Override
  public long frameOffset(int index) {
    return offsets[index];
  }

  @Override
  public int frameLength(int index) {
    return lengths[index];
  }

  @Override
  public void release() {
    // The buffers are filled again by the next call.
  }

  /** Takes what is in buffer {@code index} as frame {@code frame}; answers how many frames. */
  private int take(int index, int frame) {
    int length = messages.receivedLength(index) - VirtioHeader.BYTES;
    boolean truncated = messages.isTruncated(index);
    int tag = messages.vlanTag(index);
    messages.renew(index);
    if (truncated || length < 0) {
      counters.add(LegCounter.TOO_LONG_TO_RECEIVE, 1);
      return 0;
    }
    long offset = (long) index * STRIDE + HEADROOM + VirtioHeader.BYTES;
    if (tag != VlanTag.NONE) {
      VlanTag.putBack(buffers, offset, tag);
      offset -= VlanTag.BYTES;
      length += VlanTag.BYTES;
    }
    offsets[frame] = offset;
    lengths[frame] = length;
    return 1;
  }
}
