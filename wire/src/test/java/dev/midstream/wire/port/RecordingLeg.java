package dev.midstream.wire.port;

import static dev.midstream.wire.header.TestFrames.join;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.LinkType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A device without an interface: it receives the given frame and records what is sent. */
final class RecordingLeg implements LegDevice {
  private static final int ETHERNET_BYTES = 14;

  private final List<List<MemorySegment>> queued = new ArrayList<>();
  private final List<byte[]> sent = new ArrayList<>();
  private final LegCounters counters = new LegCounters();
  private int mtu;
  private MemorySegment received = MemorySegment.NULL;
  private int waiting;
  private int narrowMtu = Integer.MAX_VALUE;

  RecordingLeg(int mtu) {
    this.mtu = mtu;
  }

  /** Lets the next {@link #receive} return a frame, given after its virtio header. */
  void receiveNext(byte[] headerAndFrame) {
    received = MemorySegment.ofArray(headerAndFrame);
    waiting = 1;
  }

  /** The same, so many times in a batch. */
  void receiveNext(byte[] headerAndFrame, int frames) {
    receiveNext(headerAndFrame);
    waiting = frames;
  }

  /** Refuses longer packets from now on; the MTU is known with the next {@link #refresh}. */
  void narrow(int bytes) {
    narrowMtu = bytes;
  }

  /** The frames sent so far, each after its virtio header. */
  List<byte[]> sent() {
    return sent;
  }

  @Override
  public LinkType linkType() {
    return LinkType.ETHERNET;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public void onReadable() {
    throw new IllegalStateException("there is no descriptor to wait on");
  }

  @Override
  public int receive() {
    int frames = waiting;
    waiting = 0;
    return frames;
  }

  @Override
  public MemorySegment memory(int index) {
    return received;
  }

  @Override
  public long frameOffset(int index) {
    return VirtioHeader.BYTES;
  }

  @Override
  public int frameLength(int index) {
    return (int) received.byteSize() - VirtioHeader.BYTES;
  }

  @Override
  public void release() {
    received = MemorySegment.NULL;
  }

  @Override
  public void queue(MemorySegment memory, long offset, int length) {
    if (queued.size() == QUEUE_FRAMES) {
      throw new IllegalStateException("too many frames are queued");
    }
    queued.add(new ArrayList<>(List.of(memory.asSlice(offset, length))));
  }

  @Override
  public boolean gathers() {
    return true;
  }

  @Override
  public void append(MemorySegment memory, long offset, int length) {
    queued.getLast().add(memory.asSlice(offset, length));
  }

  @Override
  public void flush(TooLongFrames refused) {
    for (List<MemorySegment> each : queued) {
      long length = each.stream().mapToLong(MemorySegment::byteSize).sum();
      if (length - VirtioHeader.BYTES - ETHERNET_BYTES > narrowMtu) {
        MemorySegment first = each.getFirst();
        int firstLength = (int) first.byteSize() - VirtioHeader.BYTES;
        refused.take(first, VirtioHeader.BYTES, firstLength);
      } else {
        sent.add(join(each.stream().map(part -> part.toArray(JAVA_BYTE)).toArray(byte[][]::new)));
      }
    }
    queued.clear();
  }

  @Override
  public int drop() {
    int dropped = queued.size();
    queued.clear();
    return dropped;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public void refresh() {
    if (narrowMtu == Integer.MAX_VALUE) {
      throw new IllegalStateException("no interface can fail");
    }
    mtu = narrowMtu;
  }

  @Override
  public void maintain(long nowNanos) {
    throw new IllegalStateException("no maintenance was requested");
  }

  @Override
  public long nextMaintenanceNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public LegCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
