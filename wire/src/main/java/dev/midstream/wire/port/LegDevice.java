package dev.midstream.wire.port;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One side of a port: an interface that frames come from and go to. In memory every frame stands
 * behind its virtio header. It belongs to the port's thread. What cannot be received or sent is
 * counted and forgotten.
 */
public interface LegDevice {

  /** Frames that {@link #queue} takes between two {@link #flush}es. */
  int QUEUE_FRAMES = 128;

  /** What frames begin with. */
  LinkType linkType();

  /** What to wait on for frames; -1 for nothing. */
  int descriptor();

  /** Says that a wait ended because frames are there. */
  void onReadable();

  /** Takes frames that are there, at most a batch; they stay until {@link #release}. */
  int receive();

  /** The memory of received frame {@code index}. */
  MemorySegment memory(int index);

  /**
   * Whom to retain to have received frame {@code index} for longer than until {@link #release};
   * null if nobody can. Asked once for each frame. What is retained ends with the port.
   */
  default @Nullable MemoryOwner lend(int index) {
    return null;
  }

  /** Where received frame {@code index} starts; its virtio header ends there. */
  long frameOffset(int index);

  /** Octets of received frame {@code index}. */
  int frameLength(int index);

  /** Gives up the frames last received. */
  void release();

  /**
   * Sends what lies at {@code offset}, a virtio header and a frame, now or with the next {@link
   * #flush}; until then it must stay as it is.
   */
  void queue(MemorySegment memory, long offset, int length);

  /** Whether {@link #append} is possible. */
  boolean gathers();

  /** Adds payload to what was queued last, at most {@link PayloadParts#MAX_PARTS} times. */
  void append(MemorySegment memory, long offset, int length);

  /** Sends what is queued. */
  void flush();

  /** The largest IP packet that can be sent. */
  int mtu();

  /** Finds out what became of the interface; called when a wait ended with an error. */
  void refresh();

  /** Does what the device does from time to time; called after {@link #nextMaintenanceNanos}. */
  void maintain(long nowNanos);

  /** When {@link #maintain} is next wanted; {@link Long#MAX_VALUE} if nothing waits. */
  long nextMaintenanceNanos();

  LegCounters counters();

  void close();
}
