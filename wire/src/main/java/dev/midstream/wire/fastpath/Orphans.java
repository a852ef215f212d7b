package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.header.FrameView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Edited connections whose engine is dead, or has forgotten them. Those that were settled are
 * adopted: the kernel forwards all of them with their shift. The others are lost: no segment of
 * them may pass. Thread-safe.
 */
public final class Orphans {
  private final Set<ByteBuffer> adopted = new HashSet<>();
  private final Set<ByteBuffer> lost = ConcurrentHashMap.newKeySet();

  /** Whether there may be lost connections. Asked for each segment. */
  public boolean hasLost() {
    return !lost.isEmpty();
  }

  /** Whether the connection of the segment in {@code view} is lost. */
  public boolean isLost(FrameView view) {
    return lost.contains(name(keyOf(view)));
  }

  /** Forgets that a connection was lost: the segment in {@code view} opens it anew. */
  public void forgetLost(FrameView view) {
    FlowKey key = keyOf(view);
    lost.remove(name(key));
    lost.remove(name(newKey().setOpposite(key)));
  }

  private static FlowKey keyOf(FrameView view) {
    return newKey().set(view);
  }

  private static FlowKey newKey() {
    return new FlowKey(MemorySegment.ofArray(new long[FlowKey.BYTES / Long.BYTES]));
  }

  private static ByteBuffer name(FlowKey key) {
    return ByteBuffer.wrap(key.memory().toArray(JAVA_BYTE));
  }

  /** Connections that are adopted. */
  public synchronized int adopted() {
    return adopted.size() / 2;
  }

  /** Connections that are lost. */
  public int lost() {
    return lost.size() / 2;
  }

  /** Notes that a direction is adopted. */
  synchronized void adopt(FlowKey key) {
    adopted.add(name(key));
    lost.remove(name(key));
  }

  /** Notes that a direction is lost. */
  public void lose(FlowKey key) {
    lost.add(name(key));
  }

  /** Notes that a direction is adopted no more. */
  synchronized void release(FlowKey key) {
    adopted.remove(name(key));
  }

  /** The keys of the directions that are adopted. */
  synchronized Set<FlowKey> adoptedKeys() {
    Set<FlowKey> keys = new HashSet<>();
    for (ByteBuffer each : adopted) {
      FlowKey key = newKey();
      key.memory().copyFrom(MemorySegment.ofBuffer(each));
      keys.add(key);
    }
    return keys;
  }
}
