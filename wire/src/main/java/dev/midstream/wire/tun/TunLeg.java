package dev.midstream.wire.tun;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LegDevice;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TooLongFrames;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** A TUN device (linux/if_tun.h) with virtio headers: one read or write per packet. */
final class TunLeg implements LegDevice {
  private static final int BATCH = 16;
  private static final int HEADROOM = 6;
  private static final int STRIDE = (HEADROOM + VirtioHeader.BYTES + 65_536 + 63) & -64;

  private static final int READ_WRITE = 2 | 0x800 | 0x80000;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final int TUN_WITHOUT_INFORMATION_WITH_VIRTIO = 0x0001 | 0x1000 | 0x4000;
  private static final long TUNGETIFF = 0x8004_54d2L;
  private static final int REQUEST_BYTES = 40;
  private static final long TUNSETOFFLOAD = 0x4004_54d0L;
  private static final int CHECKSUM_AND_TCP = 1 | 2 | 4 | 8;
  private static final int UDP = 0x20 | 0x40;

  private final Linux linux;
  private final int descriptor;
  private final Consumer<LegState> listener;
  private final LegCounters counters = new LegCounters();
  private final MemorySegment request;
  private final MemorySegment buffers;
  private final int[] lengths = new int[BATCH];
  private LegState state = LegState.DOWN;
  private boolean isReadable;

  private TunLeg(Linux linux, int descriptor, Consumer<LegState> listener) {
    this.linux = linux;
    this.descriptor = descriptor;
    this.listener = listener;
    request = linux.allocate(REQUEST_BYTES);
    buffers = linux.allocate((long) BATCH * STRIDE);
  }

  /** Creates the device {@code name}. */
  static TunLeg open(Linux linux, String name, Consumer<LegState> listener) throws PortException {
    if (!InterfaceRequest.isName(name)) {
      throw new PortException("not a name for a device: name=" + name);
    }
    int descriptor = linux.open("/dev/net/tun", READ_WRITE);
    if (descriptor < 0) {
      throw new PortException("cannot open /dev/net/tun: error=" + Errno.text(-descriptor));
    }
    int result =
        new InterfaceRequest(linux)
            .name(name)
            .control(descriptor, TUNSETIFF, TUN_WITHOUT_INFORMATION_WITH_VIRTIO);
    if (result >= 0) {
      result = offload(linux, descriptor);
    }
    if (result < 0) {
      int ignored = linux.close(descriptor);
      throw new PortException(refusal(name, -result));
    }
    return new TunLeg(linux, descriptor, listener);
  }

  @Override
  public LinkType linkType() {
    return LinkType.RAW_IP;
  }

  @Override
  public int descriptor() {
    return state == LegState.ABSENT ? -1 : descriptor;
  }

  @Override
  public void onReadable() {
    isReadable = true;
  }

  @Override
  public int receive() {
    int frames = 0;
    while (isReadable && frames < BATCH) {
      int result = linux.read(descriptor, address(frames), STRIDE - HEADROOM);
      if (result > VirtioHeader.BYTES) {
        lengths[frames] = result - VirtioHeader.BYTES;
        frames++;
      } else {
        isReadable = false;
      }
    }
    if (frames > 0) {
      update(LegState.UP);
    }
    return frames;
  }

  @Override
  public MemorySegment memory(int index) {
    return buffers;
  }

  @Override
  public long frameOffset(int index) {
    return (long) index * STRIDE + HEADROOM + VirtioHeader.BYTES;
  }

  @Override
  public int frameLength(int index) {
    return lengths[index];
  }

  @Override
  public void release() {
    // The next reads reuse the buffers.
  }

  @Override
  public void queue(MemorySegment memory, long offset, int length) {
    int result = linux.write(descriptor, memory.address() + offset, length);
    if (result >= 0) {
      counters.add(LegCounter.SENT_FRAMES, 1);
      counters.add(LegCounter.SENT_BYTES, (long) length - VirtioHeader.BYTES);
      update(LegState.UP);
      return;
    }
    counters.add(cause(-result), 1);
    onResult(result);
  }

  @Override
  public boolean gathers() {
    return false;
  }

  @Override
  public void append(MemorySegment memory, long offset, int length) {
    throw new IllegalStateException("queued frames are already written");
  }

  @Override
  public void flush(TooLongFrames refused) {
    // Every packet has already been written; the kernel takes any length.
  }

  @Override
  public int drop() {
    return 0; // as above
  }

  /**
   * The device may be in another network namespace, where its MTU cannot be read: no segment size
   * is lowered.
   */
  @Override
  public int mtu() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void refresh() {
    if (linux.control(descriptor, TUNGETIFF, request.address()) == -Errno.EBADFD) {
      update(LegState.ABSENT);
    }
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
    int ignored = linux.close(descriptor);
  }

  private void onResult(int result) {
    switch (result) {
      case -Errno.EIO -> update(LegState.DOWN);
      case -Errno.EBADFD -> update(LegState.ABSENT);
      default -> {}
    }
  }

  private void update(LegState found) {
    if (found != state && state != LegState.ABSENT) {
      state = found;
      listener.accept(found);
    }
  }

  private long address(int index) {
    return buffers.address() + (long) index * STRIDE + HEADROOM;
  }

  private static LegCounter cause(int errno) {
    return switch (errno) {
      case Errno.EIO, Errno.EBADFD -> LegCounter.LINK_DOWN;
      case Errno.EAGAIN, Errno.ENOBUFS -> LegCounter.QUEUE_FULL;
      default -> LegCounter.REFUSED;
    };
  }

  /** UDP segmentation needs Linux 6.2; older kernels work without it. */
  private static int offload(Linux linux, int descriptor) {
    int result = linux.control(descriptor, TUNSETOFFLOAD, CHECKSUM_AND_TCP | UDP);
    return result >= 0 ? result : linux.control(descriptor, TUNSETOFFLOAD, CHECKSUM_AND_TCP);
  }

  private static String refusal(String name, int errno) {
    return switch (errno) {
      case Errno.EPERM -> "cannot make a TUN device: the capability CAP_NET_ADMIN is missing";
      case Errno.EBUSY -> "cannot make a TUN device: the name is taken, name=" + name;
      default -> "cannot make a TUN device: name=" + name + " error=" + Errno.text(errno);
    };
  }
}
