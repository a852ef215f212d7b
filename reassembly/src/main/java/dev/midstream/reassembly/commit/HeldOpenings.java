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
 * SYNs and SYN-ACKs that wait for a record of what they change, or for the one that closes the
 * connection before, by their ends. Of one connection the last of each direction waits.
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

  private long committed;
  private long closeOfAll;

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
    return closeOfAll > committed || (!held.isEmpty() && held.containsKey(key));
  }

  /**
   * Where the packets go that the SYN in {@code view} of {@code connection} causes; null if it
   * changes nothing that another engine must know, or a record of its openings is committed, that
   * is, is one of the first {@code committed}. A SYN-ACK that is repeated to an end which has it is
   * dropped: later, what follows it could have left. One of a connection without records waits for
   * the record that closes the one before.
   */
  @Nullable HeldPackets packetsFor(Connection connection, FrameView view, long committed) {
    if (!isKept(connection, view)) {
      return view.isAck() ? packetsAfterClose(connection, view) : null;
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

  private @Nullable HeldPackets packetsAfterClose(Connection connection, FrameView view) {
    ConnectionKey key = connection.key();
    if (!isCloseAwaited(key)) {
      return null;
    }
    HeldPackets packets = of(key);
    if (!isCloseAwaited(packets)) {
      packets.awaitClose(closeOfAll);
      await(packets, closeOfAll);
    }
    packets.clear(view.packet().leg().opposite());
    packets.setOpening(connection.state() == ConnectionState.OPENING);
    return packets;
  }

  /** Whether no record is committed yet that closes the last connection of {@code key}. */
  public boolean isCloseAwaited(ConnectionKey key) {
    return closeOfAll > committed || (!held.isEmpty() && isCloseAwaited(held.get(key)));
  }

  private boolean isCloseAwaited(@Nullable HeldPackets packets) {
    return packets != null && packets.closeNumber() > committed;
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
    HeldPackets packets = of(key);
    packets.awaitClose(number);
    await(packets, number);
  }

  /** Notes that the next connection of any ends waits for the record of this number. */
  void awaitCloseOfAll(long number) {
    closeOfAll = number;
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

  /** Forgets what waits of the connection of {@code key}. The next one waits as this one did. */
  private void forgetPackets(ConnectionKey key) {
    HeldPackets packets = held.get(key);
    if (packets != null && isCloseAwaited(packets)) {
      packets.clear();
      packets.await(packets.closeNumber());
    } else {
      remove(key);
    }
  }

  /**
   * Takes out what waits of the connection of {@code key}, which is to be {@linkplain #release
   * released}; null if nothing does, or the connection before is not closed in a committed record:
   * then it waits for that, unless it is forgotten.
   */
  @Nullable HeldPackets take(ConnectionKey key) {
    HeldPackets packets = held.isEmpty() ? null : held.get(key);
    if (packets != null && isCloseAwaited(packets)) {
      packets.await(packets.closeNumber());
      return null;
    }
    return packets == null ? null : held.remove(key);
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
    committed = number;
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

  /**
   * Lets all that waits do so until its connection is written again: the records are lost. What
   * waits for the end of the connection before is dropped, and comes again: no other engine knows
   * any more.
   */
  public void awaitAgain() {
    numbered.clear();
    closeOfAll = 0;
    List<HeldPackets> over =
        held.values().stream()
            .filter(each -> each.isEmpty() || each.isAwaiting(each.closeNumber()))
            .toList();
    over.forEach(each -> remove(each.key()));
    held.values()
        .forEach(each -> {
          each.await(Long.MAX_VALUE);
          each.awaitClose(0);
        });
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
      forgetPackets(key);
    }
  }

  /** Forgets what waits of the connection of {@code key}. */
  public void forget(ConnectionKey key) {
    if (!held.isEmpty()) {
      forgetPackets(key);
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
    closeOfAll = 0;
  }

  /** What is to be charged for all that waits, counted anew. */
  long bytes() {
    long packets = held.values().stream().mapToLong(HeldPackets::bytes).sum();
    return packets + released.stream().mapToLong(HeldPackets::bytes).sum() + numbered.bytes();
  }
}
