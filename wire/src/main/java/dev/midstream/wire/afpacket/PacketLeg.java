package dev.midstream.wire.afpacket;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LegDevice;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TooLongFrames;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One Ethernet interface of the port: its packet socket and its state. */
final class PacketLeg implements LegDevice {
  /** How often drops and MTU are read, and an interface that is down or absent is checked. */
  private static final long MAINTENANCE_NANOS = 1_000_000_000L;

  private final Linux linux;
  private final Leg leg;
  private final String name;

  /** Held to read or change what another thread may change: the filter, and the socket with it. */
  private final Object socketLock = new Object();

  private boolean isClosed;
  private Share share;
  private final LegListener listener;
  private final LegCounters counters = new LegCounters();
  private PacketSocket socket;
  private FrameSource source;
  private FrameSender sender;
  private LegState state = LegState.UP;
  private String currentName;
  private boolean refusalReported;
  private int index;
  private int mtu;
  private long maintenanceNanos;

  private PacketLeg(
      Linux linux,
      Leg leg,
      String name,
      ReceiveMode mode,
      Share share,
      LegListener listener,
      PacketSocket socket) {
    this.linux = linux;
    this.leg = leg;
    this.name = name;
    currentName = name;
    this.share = share;
    this.listener = listener;
    this.socket = socket;
    source =
        switch (mode) {
          case RING -> RingSource.open(socket.descriptor(), counters);
          case MESSAGES -> new MessageSource(linux, socket.descriptor(), share, counters);
        };
    sender = new FrameSender(linux, socket.descriptor(), counters);
  }

  /**
   * Opens the interface {@code name} for the frames of {@code share}. The interface must exist and
   * must not be a member of another one.
   */
  static PacketLeg open(
      Linux linux, Leg leg, String name, ReceiveMode mode, Share share, LegListener listener)
      throws PortException {
    PacketSocket socket = PacketSocket.open(linux, share);
    PacketLeg opened;
    try {
      opened = new PacketLeg(linux, leg, name, mode, share, listener, socket);
    } catch (IllegalStateException e) {
      socket.close();
      throw new PortException(String.valueOf(e.getMessage()));
    }
    try {
      if (!opened.bind()) {
        int index = socket.index(name);
        throw index > 0
            ? new PortException("not an Ethernet interface: name=" + name)
            : PortException.ofInterface(name, index);
      }
      opened.currentName = socket.name(); // the given name may be an alternative name
      Master master = Master.of(name);
      if (master != null) {
        throw new PortException(master.refusal(name));
      }
    } catch (PortException e) {
      opened.close();
      throw e;
    }
    opened.refresh();
    return opened;
  }

  @Override
  public LinkType linkType() {
    return LinkType.ETHERNET;
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public void onReadable() {
    source.onReadable();
  }

  @Override
  public int receive() {
    int result = source.receive();
    if (result > 0 && !(source instanceof RingSource)) {
      drainError(); // otherwise the next send would fail with it
    }
    if (result < 0) {
      refresh();
      counters.add(LegCounter.NOT_RECEIVABLE, state == LegState.UP ? 1 : 0);
    }
    return Math.max(0, result);
  }

  @Override
  public MemorySegment memory(int index) {
    return source.memory(index);
  }

  @Override
  public @Nullable MemoryOwner lend(int index) {
    return source.lend(index);
  }

  @Override
  public long frameOffset(int index) {
    return source.frameOffset(index);
  }

  @Override
  public int frameLength(int index) {
    return source.frameLength(index);
  }

  @Override
  public void release() {
    source.release();
  }

  @Override
  public void queue(MemorySegment memory, long offset, int length) {
    sender.queue(memory, offset, length);
  }

  @Override
  public boolean gathers() {
    return true;
  }

  @Override
  public void append(MemorySegment memory, long offset, int length) {
    sender.append(memory, offset, length);
  }

  @Override
  public void flush(TooLongFrames refused) {
    if (state == LegState.DOWN) {
      refresh();
    }
    if (sender.flush(state == LegState.DOWN, refused) && state == LegState.UP) {
      refresh();
    }
  }

  @Override
  public int drop() {
    return sender.drop();
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public void refresh() {
    drainError();
    LegState found = socket.state();
    if (found == LegState.ABSENT && rebind()) {
      found = socket.state();
    }
    int foundIndex = socket.boundIndex();
    int foundMtu = socket.mtu();
    if (foundIndex != index || foundMtu != mtu) {
      index = foundIndex;
      mtu = foundMtu;
      listener.onDevice(leg, foundIndex, foundMtu);
    }
    update(found, socket.name());
  }

  @Override
  public void maintain(long nowNanos) {
    maintenanceNanos = nowNanos + MAINTENANCE_NANOS;
    long drops = socket.fetchDrops();
    counters.add(LegCounter.MISSED, drops);
    if (source.pollIdle() && drops > 0 && source instanceof RingSource) {
      fallBackToMessages();
    }
    refresh();
  }

  @Override
  public long nextMaintenanceNanos() {
    return maintenanceNanos; // the kernel does not signal a lost carrier to the socket
  }

  @Override
  public void setFilter(FilterProgram filter) throws PortException {
    synchronized (socketLock) {
      if (!isClosed) {
        socket.setFilter(filter);
        share = share.withFilter(filter);
      }
    }
  }

  @Override
  public LegCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    synchronized (socketLock) {
      isClosed = true;
      socket.close();
    }
    source.close();
  }

  /** Binds to the interface that has the name now. */
  private boolean bind() throws PortException {
    int index = socket.index(name);
    InterfaceLock lock = share.lock();
    if (index > 0 && lock != null) {
      lock.acquire(name, index);
    }
    return socket.bind(index);
  }

  /**
   * Binds again unless another program holds the lock of the interface: frames would pass twice. A
   * refusal is reported once.
   */
  private boolean rebind() {
    try {
      boolean bound = bind();
      refusalReported = false;
      return bound;
    } catch (PortException e) {
      if (!refusalReported) {
        refusalReported = true;
        listener.onRefused(leg, String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private void update(LegState found, String foundName) {
    if (!foundName.isEmpty() && !foundName.equals(currentName)) {
      currentName = foundName;
      listener.onName(leg, foundName);
    }
    if (found != state) {
      state = found;
      listener.onState(leg, found);
    }
  }

  private void drainError() {
    counters.add(LegCounter.NOT_RECEIVABLE, socket.fetchError() == Errno.EINVAL ? 1 : 0);
  }

  /**
   * Replaces the ring with messages. The kernel stops filling the ring at a frame that it cannot
   * describe: that frame's slot is never handed over (tpacket_rcv in Linux 5.6 and later).
   */
  private void fallBackToMessages() {
    try {
      PacketSocket other;
      String boundName = socket.name();
      synchronized (socketLock) {
        other = PacketSocket.open(linux, share);
        socket.close();
        socket = other;
      }
      source.close();
      source = new MessageSource(linux, other.descriptor(), share, counters);
      sender = new FrameSender(linux, other.descriptor(), counters);
      boolean ignored = other.bind(other.index(boundName));
      listener.onRingStopped(leg);
    } catch (PortException e) {
      // Retried with the next maintenance.
    }
  }
}
