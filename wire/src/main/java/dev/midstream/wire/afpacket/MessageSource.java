package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.MessageArray;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.nativecall.VlanTag;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Frames received with recvmmsg(2) into buffers of the port. A long frame that is retained keeps
 * its buffer, and a spare buffer takes its place.
 */
final class MessageSource implements FrameSource {
  private static final int BATCH = 64;

  /** Room to reinsert a VLAN tag; aligns IP headers to a multiple of four. */
  private static final int HEADROOM = 8;

  /** A super-segment of 64 KiB after the virtio header, the Ethernet header and three VLAN tags. */
  private static final int BUFFER_BYTES = HEADROOM + VirtioHeader.BYTES + 26 + 65_536;

  private static final int STRIDE = (BUFFER_BYTES + 63) & -64;

  /** About 64 MiB. */
  private static final int MAX_BUFFERS = 1_024;

  /** A shorter frame would occupy a buffer of more than four times its length. */
  private static final int MIN_LENT_BYTES = 16_384;

  private final Linux linux;
  private final int socket;
  private final LegCounters counters;
  private final ReceiveBuffers spare;
  private final ReceiveBuffer[] buffers = new ReceiveBuffer[BATCH];
  private final MessageArray messages;
  private final long[] offsets = new long[BATCH];
  private final int[] lengths = new int[BATCH];
  private final int[] bufferIndexes = new int[BATCH];
  private int received;
  private int buffersToLend;
  private boolean isReadable;
  private boolean isIdle = true;

  MessageSource(Linux linux, int socket, Share share, LegCounters counters) {
    this.linux = linux;
    this.socket = socket;
    this.counters = counters;
    spare = new ReceiveBuffers(linux, STRIDE, Math.max(2 * BATCH, MAX_BUFFERS / share.ports()));
    messages = MessageArray.forReceiving(linux, BATCH);
    for (int index = 0; index < BATCH; index++) {
      postBuffer(index);
    }
  }

  @Override
  public void onReadable() {
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
    received = result;
    buffersToLend = spare.available();
    int frames = 0;
    for (int index = 0; index < result; index++) {
      frames += addFrame(index, frames);
    }
    return frames;
  }

  @Override
  public boolean pollIdle() {
    boolean was = isIdle && !isReadable;
    isIdle = true;
    return was;
  }

  @Override
  public MemorySegment memory(int index) {
    return buffers[bufferIndexes[index]].memory();
  }

  /** Lends no more buffers than there are spare ones to replace them. */
  @Override
  public @Nullable MemoryOwner lend(int index) {
    if (lengths[index] < MIN_LENT_BYTES) {
      return null;
    }
    if (buffersToLend == 0) {
      counters.add(LegCounter.NOT_LENT, 1);
      return null;
    }
    buffersToLend--;
    return buffers[bufferIndexes[index]];
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
    for (int index = 0; index < received; index++) {
      if (buffers[index].isShared()) {
        buffers[index].release();
        postBuffer(index);
      }
    }
    received = 0;
  }

  private void postBuffer(int index) {
    ReceiveBuffer buffer = spare.acquire();
    buffers[index] = buffer;
    long at = buffer.memory().address() + buffer.offset() + HEADROOM;
    messages.buffer(index, at, STRIDE - HEADROOM);
  }

  /**
   * Adds the message in buffer {@code index} as frame {@code frame}; returns the number of frames
   * added.
   */
  private int addFrame(int index, int frame) {
    int length = messages.receivedLength(index) - VirtioHeader.BYTES;
    boolean truncated = messages.isTruncated(index);
    int tag = messages.vlanTag(index);
    messages.reset(index);
    if (truncated || length < 0) {
      counters.add(LegCounter.TOO_LONG_TO_RECEIVE, 1);
      return 0;
    }
    long offset = buffers[index].offset() + HEADROOM + VirtioHeader.BYTES;
    if (tag != VlanTag.NONE) {
      VlanTag.reinsert(buffers[index].memory(), offset, tag);
      offset -= VlanTag.BYTES;
      length += VlanTag.BYTES;
    }
    offsets[frame] = offset;
    lengths[frame] = length;
    bufferIndexes[frame] = index;
    return 1;
  }
}
