package dev.midstream.wire.afpacket;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketRing;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LegDevice;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One Ethernet interface of the port: a packet socket, and what becomes of the interface. */
final class PacketLeg implements LegDevice {
  /** How often drops and the MTU are asked for, and an interface that is down or absent. */
  private static final long CARE_NANOS = 1_000_000_000L;

  private static final int RING_BLOCKS = 16;

  private final String name;
  private final PacketSocket socket;
  private final FrameSource source;
  private final FrameSender sender;
  private final Consumer<LegState> listener;
  private final LegCounters counters = new LegCounters();
  private LegState state = LegState.UP;
  private int mtu;
  private boolean isWorked;
  private long careNanos;

  private PacketLeg(
      Linux linux, String name, PacketSocket socket, ReceiveWay way, Consumer<LegState> listener) {
    this.name = name;
    this.socket = socket;
    this.listener = listener;
    source =
        switch (way) {
          case RING ->
              new RingSource(PacketRing.of(linux, socket.descriptor(), RING_BLOCKS), counters);
          case MESSAGES -> new MessageSource(linux, socket.descriptor(), counters);
        };
    sender = new FrameSender(linux, socket.descriptor(), counters);
  }

  /** Opens the interface {@code name}, which must exist, for what {@code filter} takes. */
  static PacketLeg open(
      Linux linux,
      String name,
      ReceiveWay way,
      @Nullable FilterProgram filter,
      Consumer<LegState> listener)
      throws PortException {
    PacketSocket socket = PacketSocket.open(linux, filter);
    try {
      PacketLeg leg = new PacketLeg(linux, name, socket, way, listener);
      if (!socket.bind(name)) {
        throw new PortException("there is no such interface: name=" + name);
      }
      leg.inspect();
      return leg;
    } catch (PortException e) {
      socket.close();
      throw e;
    } catch (IllegalStateException e) {
      socket.close();
      throw new PortException(String.valueOf(e.getMessage()));
    }
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
  public void readable() {
    source.readable();
  }

  @Override
  public int receive() {
    int result = source.receive();
    isWorked |= result != 0;
    if (result < 0) {
      inspect();
      counters.add(LegCounter.NOT_RECEIVABLE, state == LegState.UP ? 1 : 0);
    }
    return Math.max(0, result);
  }

  @Override
  public MemorySegment memory() {
    return source.memory();
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
  public void flush() {
    isWorked = true;
    if (sender.flush() && state == LegState.UP) {
      inspect();
    }
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public void inspect() {
    LegState found = socket.state();
    if (found == LegState.ABSENT && socket.bind(name)) {
      found = socket.state();
    }
    mtu = socket.mtu();
    if (found != state) {
      state = found;
      listener.accept(found);
    }
  }

  @Override
  public void care(long nowNanos) {
    careNanos = nowNanos + CARE_NANOS;
    isWorked = false;
    counters.add(LegCounter.MISSED, socket.takeDrops());
    inspect();
  }

  @Override
  public long nextCareNanos() {
    return isWorked || state != LegState.UP ? careNanos : Long.MAX_VALUE;
  }

  @Override
  public LegCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    socket.close();
  }
}
