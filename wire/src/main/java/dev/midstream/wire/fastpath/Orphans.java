package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.header.FrameView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Edited connections whose engine is dead, or has forgotten them. Those that were settled are
 * adopted: the kernel forwards all of them with their shift. The others are lost: no segment of
 * them may pass. Both keep their guards, for the time in which this process is silent again.
 * Thread-safe.
 */
public final class Orphans {
  private final Set<ByteBuffer> adopted = ConcurrentHashMap.newKeySet();
  private Iterator<ByteBuffer> adoptedLeft = Collections.emptyIterator();
  private Iterator<Map.Entry<ByteBuffer, Long>> lostLeft = Collections.emptyIterator();
  private int notReset;

  /** Since when. Only {@link #isLost} does without the lock. */
  private final Map<ByteBuffer, Long> lost = new ConcurrentHashMap<>();

  /** Whether there may be lost connections. Asked for each segment. */
  public boolean hasLost() {
    return !lost.isEmpty();
  }

  /** Whether the connection of the segment in {@code view} is lost. */
  public boolean isLost(FrameView view) {
    return lost.containsKey(name(keyOf(view)));
  }

  /** Forgets that a connection was lost: the segment in {@code view} opens it anew. */
  public synchronized void forgetLost(FrameView view) {
    FlowKey key = keyOf(view);
    lost.remove(name(key));
    lost.remove(name(newKey().setOpposite(key)));
  }

  private static FlowKey keyOf(FrameView view) {
    return newKey().set(view);
  }

  private static FlowKey keyOf(ByteBuffer name) {
    FlowKey key = newKey();
    key.memory().copyFrom(MemorySegment.ofBuffer(name));
    return key;
  }

  /** A key in memory that system calls do not take. */
  static FlowKey newKey() {
    return new FlowKey(MemorySegment.ofArray(new long[FlowKey.BYTES / Long.BYTES]));
  }

  /** A key for maps. */
  static ByteBuffer name(FlowKey key) {
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
  }

  /**
   * Notes that the connections of these directions are lost, and no others.
   *
   * @param nowNanos since when, for those that were not lost before
   */
  public synchronized void setLost(Collection<FlowKey> keys, long nowNanos) {
    Set<ByteBuffer> names = new HashSet<>();
    for (FlowKey key : keys) {
      names.add(name(key));
      names.add(name(newKey().setOpposite(key)));
    }
    lost.keySet().retainAll(names);
    names.forEach(each -> lost.putIfAbsent(each, nowNanos));
  }

  /** Begins to go through all directions, unless that is not over. Others may come and go. */
  synchronized void beginRound() {
    if (!isInRound()) {
      adoptedLeft = adopted.iterator();
      lostLeft = lost.entrySet().iterator();
    }
  }

  /** Whether some directions of the round are left. */
  synchronized boolean isInRound() {
    return adoptedLeft.hasNext() || lostLeft.hasNext();
  }

  /** The connections among the next {@code most} adopted directions of the round. */
  synchronized List<FlowKey> nextAdopted(int most) {
    List<FlowKey> keys = new ArrayList<>();
    for (int i = 0; i < most && adoptedLeft.hasNext(); i++) {
      FlowKey key = keyOf(adoptedLeft.next());
      if (isFirst(key)) {
        keys.add(key);
      }
    }
    return keys;
  }

  /**
   * Forgets those of the next {@code most} directions of the round that were lost more than {@code
   * longestNanos} ago, and calls {@code release} for each before, while no other thread can forget
   * it: what opens it anew sets its guard later.
   */
  synchronized void releaseLost(
      long nowNanos, long longestNanos, int most, Consumer<FlowKey> release) {
    for (int i = 0; i < most && lostLeft.hasNext(); i++) {
      Map.Entry<ByteBuffer, Long> each = lostLeft.next();
      boolean isOver = nowNanos - each.getValue() > longestNanos;
      if (isOver && each.getValue().equals(lost.get(each.getKey()))) {
        release.accept(keyOf(each.getKey()));
        lost.remove(each.getKey());
      }
    }
  }

  /** Notes that a direction is adopted no more. */
  synchronized void release(FlowKey key) {
    adopted.remove(name(key));
  }

  /** The connections that are adopted, each by one of its directions. */
  synchronized List<FlowKey> adoptedConnections() {
    List<FlowKey> keys = new ArrayList<>();
    for (ByteBuffer each : adopted) {
      FlowKey key = keyOf(each);
      if (isFirst(key)) {
        keys.add(key);
      }
    }
    return keys;
  }

  /**
   * Whether a direction stands for its connection: the other one has a greater name, or is gone.
   */
  private boolean isFirst(FlowKey key) {
    ByteBuffer opposite = name(newKey().setOpposite(key));
    return name(key).compareTo(opposite) <= 0 || !adopted.contains(opposite);
  }

  /** Notes how many adopted connections were not reset at the end, for want of time. */
  synchronized void setNotReset(int connections) {
    notReset = connections;
  }

  /** How many adopted connections were not reset at the end, for want of time. */
  public synchronized int notReset() {
    return notReset;
  }
}
