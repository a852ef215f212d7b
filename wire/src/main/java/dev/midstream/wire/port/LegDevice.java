package dev.midstream.wire.port;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One side of a port: an interface that frames are received from and sent to. In memory every frame
 * is preceded by its virtio header. Belongs to the port's thread. Frames that cannot be received or
 * sent are counted and dropped.
 */
public interface LegDevice {

  /** The number of frames that can be queued between two {@link #flush}es. */
  int QUEUE_FRAMES = 128;

  /** The link type of the frames. */
  LinkType linkType();

  /** The descriptor to wait on for frames; -1 for none. */
  int descriptor();

  /** Called when a wait ended because frames are available. */
  void onReadable();

  /** Receives available frames, at most one batch; they stay valid until {@link #release}. */
  int receive();

  /** The memory of received frame {@code index}. */
  MemorySegment memory(int index);

  /**
   * Returns the owner to retain to keep received frame {@code index} after {@link #release}; null
   * if it cannot be kept in place. Called once for each frame. Retained memory is freed with the
   * port.
   */
  default @Nullable MemoryOwner lend(int index) {
    return null;
  }

  /** Where received frame {@code index} starts; its virtio header precedes it. */
  long frameOffset(int index);

  /** Octets of received frame {@code index}. */
  int frameLength(int index);

  /** Releases the frames received last. */
  void release();

  /**
   * Sends a virtio header and a frame at {@code offset}, now or with the next {@link #flush}; they
   * must not change until then.
   */
  void queue(MemorySegment memory, long offset, int length);

  /** Whether {@link #append} is supported. */
  boolean gathers();

  /** Appends payload to the frame queued last, at most {@link PayloadParts#MAX_PARTS} times. */
  void append(MemorySegment memory, long offset, int length);

  /** Sends all queued frames; {@code refused} takes those that are too long. */
  void flush(TooLongFrames refused);

  /**
   * Forgets all queued frames; returns how many. A device that writes each frame when it is queued
   * has none.
   */
  int drop();

  /** The largest IP packet that can be sent. */
  int mtu();

  /** Checks the state of the interface; called when a wait ended with an error. */
  void refresh();

  /** Does the periodic work of the device; called after {@link #nextMaintenanceNanos}. */
  void maintain(long nowNanos);

  /** When {@link #maintain} must be called next; {@link Long#MAX_VALUE} for never. */
  long nextMaintenanceNanos();

  /**
   * Receives only what {@code filter} accepts from now on.
   *
   * @throws PortException if the kernel refuses the filter, or the device can have none; what is
   *     received stays as it was
   */
  default void setFilter(FilterProgram filter) throws PortException {
    throw new PortException("this kind of port has no filter");
  }

  LegCounters counters();

  void close();
}
