package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * SYNs and SYN-ACKs that wait for a record of what they change, by their ends. Of one connection
 * the last of each direction waits.
 */
public final class HeldOpenings {
  /** What a place in the order of records takes. */
  private static final int NUMBER_BYTES = 32;

  private final ConnectionHeap heap;
  private final Map<ConnectionKey, HeldPackets> held = new TreeMap<>(ConnectionKey.BY_ENDS);

  /** Those whose record is written, in its order. Some may have been sent, or wait anew. */
  private final WaitingQueue<ConnectionKey> numbered;

  /** Those that wait for no record any more, because none is written of their connection. */
  private final List<HeldPackets> released = new ArrayList<>();

  /** Charges what is kept to {@code heap}. */
  HeldOpenings(ConnectionHeap heap) {
    this.heap = heap;
    numbered = new WaitingQueue<>(heap, NUMBER_BYTES);
  }

  /**
   * Whether a SYN may change what another engine must know of a connection that is edited, or that
   * passes because an agent expected it.
   */
  private static boolean isKept(Connection connection, FrameView view) {
    boolean mayChange = view.isAck() || connection.handshakes().hasCompeting();
    boolean isRecorded =
        connection.phase() instanceof Open open ? open.isRecorded() : connection.record() != null;
    return RecordMark.isAnsweredAndExpected(connection)
        ? view.isAck() && connection.state() == ConnectionState.OPENING
        : mayChange && isRecorded && connection.handling() == Handling.EDITED;
  }

  /** Keeps a packet that leaves in place, if {@code output} is a store. */
  public static Disposition keep(Disposition disposition, Packet packet, PacketOutput output) {
    if (output instanceof HeldPackets packets && disposition == Disposition.FORWARD) {
      packets.addInPlace(packet);
      return Disposition.TAKEN;
    }
    return disposition;
  }

  /** Whether packets of the connection of {@code key} wait, or are to wait. */
  boolean isAwaited(ConnectionKey key) {
    return !held.isEmpty() && held.containsKey(key);
  }

  /**
   * Where the packets go that the SYN in {@code view} of {@code connection} causes; null if it
   * changes nothing that another engine must know, or a record of its openings is committed, that
   * is, is one of the first {@code committed}. A SYN-ACK that is repeated to an end which has it is
   * dropped: later, what follows it could have left.
   */
  @Nullable HeldPackets packetsFor(Connection connection, FrameView view, long committed) {
    if (!isKept(connection, view)) {
      return null;
    }
    RecordMark mark = connection.record();
    long number = mark == null ? Long.MAX_VALUE : mark.openingsNumber(connection);
    if (number <= committed) {
      return null;
    }
    boolean isOpening = connection.state() == ConnectionState.OPENING;
    if (!isOpening && view.isAck() && !connection.handshakes().hasCompeting()) {
      return new HeldPackets(connection.key());
    }
    HeldPackets packets = of(connection.key());
    packets.clear(view.packet().leg().opposite());
    packets.setOpening(isOpening);
    await(packets, number);
    return packets;
  }

  /** Where the packets go that wait for a record of the connection of {@code key}. */
  HeldPackets of(ConnectionKey key) {
    return held.computeIfAbsent(key, this::keep);
  }

  private HeldPackets keep(ConnectionKey key) {
    HeldPackets packets = new HeldPackets(key);
    packets.keepIn(heap);
    return packets;
  }

  /**
   * Notes that the next connection of {@code key} waits for the record of this number, which closes
   * the one before: until then another engine would take the next one for it.
   */
  void awaitClose(ConnectionKey key, long number) {
    await(of(key), number);
  }

  /**
   * Notes that a record of {@code connection} has this number: its packets wait for that if they
   * wait for none yet. They are forgotten if its ends were reset, because nothing follows a RST;
   * and if it has opened since they came, because its end has the SYN-ACK, and segments have passed
   * that acknowledge more.
   */
  void noteWritten(Connection connection, long number) {
    HeldPackets packets = held.isEmpty() ? null : held.get(connection.key());
    if (packets == null) {
      return;
    }
    boolean isOpening = connection.state() == ConnectionState.OPENING;
    boolean isOver =
        connection.state() == ConnectionState.TOMBSTONE || (packets.isOpening() && !isOpening);
    if (isOver) {
      remove(connection.key());
    } else if (packets.isAwaiting(Long.MAX_VALUE)) {
      await(packets, number);
    }
  }

  private void remove(ConnectionKey key) {
    HeldPackets removed = held.remove(key);
    if (removed != null) {
      removed.release();
    }
  }

  /**
   * Takes out what waits of the connection of {@code key}, which is to be {@linkplain #release
   * released}; null if nothing does.
   */
  @Nullable HeldPackets take(ConnectionKey key) {
    return held.isEmpty() ? null : held.remove(key);
  }

  /** Lets {@code packets}, if any, leave next: no record is written for which they could wait. */
  void release(@Nullable HeldPackets packets) {
    if (packets != null) {
      released.add(packets);
    }
  }

  private void await(HeldPackets packets, long number) {
    boolean isNumbered = number < Long.MAX_VALUE && !packets.isAwaiting(number);
    packets.await(number);
    if (isNumbered) {
      numbered.add(number, packets.key());
    }
  }

  /** Sends what waited for the records up to {@code number}. */
  void sendTo(long number, PacketOutput out) {
    sendReleased(out);
    while (numbered.isDue(number)) {
      long first = numbered.firstNumber();
      HeldPackets packets = held.get(numbered.remove());
      if (packets != null && packets.isAwaiting(first)) {
        remove(packets.key());
        packets.sendAll(out);
      }
    }
  }

  private void sendReleased(PacketOutput out) {
    released.forEach(each -> {
      each.release();
      each.sendAll(out);
    });
    released.clear();
  }

  /** Lets all that waits do so until its connection is written again: the records are lost. */
  public void awaitAgain() {
    numbered.clear();
    List<HeldPackets> empty = held.values().stream().filter(HeldPackets::isEmpty).toList();
    empty.forEach(each -> remove(each.key()));
    held.values().forEach(each -> each.await(Long.MAX_VALUE));
  }

  /** Sends all that waits: connections go on without records. */
  public void sendAll(PacketOutput out) {
    sendReleased(out);
    held.values().forEach(each -> each.sendAll(out));
    clear();
  }

  /** Forgets what waits of the connection of {@code key} for a record that is not written. */
  void forgetUnwritten(ConnectionKey key) {
    HeldPackets packets = held.isEmpty() ? null : held.get(key);
    if (packets != null && packets.isAwaiting(Long.MAX_VALUE)) {
      remove(key);
    }
  }

  /** Forgets what waits of the connection of {@code key}. */
  public void forget(ConnectionKey key) {
    if (!held.isEmpty()) {
      remove(key);
    }
    released.removeIf(each -> {
      boolean isSame = ConnectionKey.BY_ENDS.compare(each.key(), key) == 0;
      if (isSame) {
        each.release();
      }
      return isSame;
    });
  }

  void clear() {
    held.values().forEach(HeldPackets::release);
    released.forEach(HeldPackets::release);
    held.clear();
    released.clear();
    numbered.clear();
  }

  /** What is to be charged for all that waits, counted anew. */
  long bytes() {
    long packets = held.values().stream().mapToLong(HeldPackets::bytes).sum();
    return packets + released.stream().mapToLong(HeldPackets::bytes).sum() + numbered.bytes();
  }
}
