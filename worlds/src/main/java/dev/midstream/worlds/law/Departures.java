package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The segments that leave an engine in one call, read from its packets, by their connections. */
final class Departures {
  private static final KeyedHash HASHES = new KeyedHash(new HashSeed(0, 0));

  private final FrameView view = new FrameView();
  private final Map<ConnectionKey, List<Departure>> all = new TreeMap<>(ConnectionKey.BY_ENDS);

  /**
   * A segment that left.
   *
   * @param key its connection, and which end sent it
   * @param end the sequence number after its payload, its SYN and its FIN
   */
  record Departure(
      ConnectionKey key,
      int sequence,
      int end,
      int acknowledgement,
      boolean isSyn,
      boolean isAck,
      boolean isFin,
      boolean isRst) {

    static Departure of(FrameView view) {
      int numbers = (view.isSyn() ? 1 : 0) + (view.isFin() ? 1 : 0);
      return new Departure(
          new ConnectionKey().set(view, HASHES),
          view.sequence(),
          view.sequence() + view.payloadLength() + numbers,
          view.acknowledgement(),
          view.isSyn(),
          view.isAck(),
          view.isFin(),
          view.isRst());
    }

    /** The direction of the connection whose client sends segments of {@code client}. */
    Direction directionIn(ConnectionKey client) {
      return key.isSentByLow() == client.isSentByLow()
          ? Direction.CLIENT_TO_SERVER
          : Direction.SERVER_TO_CLIENT;
    }

    boolean isSynAck() {
      return isSyn && isAck && !isRst;
    }

    private boolean isOrdinary() {
      return !isSyn && !isRst;
    }
  }

  /** Notes what goes on to {@code out}. */
  PacketOutput before(PacketOutput out) {
    return new PacketOutput() {
      @Override
      public void emit(Packet packet) {
        add(packet);
        out.emit(packet);
      }

      @Override
      public boolean gathers() {
        return out.gathers();
      }
    };
  }

  /** Notes what became of the packet of the call. */
  void add(Disposition disposition, Packet packet) {
    if (disposition == Disposition.FORWARD) {
      add(packet);
    }
  }

  private void add(Packet packet) {
    if (view.read(packet) == FrameKind.TCP) {
      Departure left = Departure.of(view);
      all.computeIfAbsent(left.key(), key -> new ArrayList<>()).add(left);
    }
  }

  /** Removes the segments of the connection of {@code key}, and returns them. */
  List<Departure> take(ConnectionKey key) {
    List<Departure> taken = all.remove(key);
    return taken == null ? List.of() : taken;
  }

  /** The segments of the connection of {@code key}. */
  List<Departure> of(ConnectionKey key) {
    return all.getOrDefault(key, List.of());
  }

  /** Shows the segments of each connection. */
  void forEach(BiConsumer<ConnectionKey, List<Departure>> observer) {
    all.forEach(observer);
  }

  void clear() {
    all.clear();
  }

  /**
   * What {@code segments} show of a direction.
   *
   * @param newEnd the end of its octets and of its FIN that left, in new space
   * @param orgAcknowledged the end of its octets that were acknowledged, in original space
   * @param hasFin whether its FIN left
   */
  record OfDirection(long newEnd, long orgAcknowledged, boolean hasFin) {

    /**
     * What {@code segments} show of {@code direction}.
     *
     * @param client the key of segments of the client
     * @param near about where the direction is
     */
    static OfDirection of(
        List<Departure> segments,
        ConnectionKey client,
        Direction direction,
        SequenceSpace space,
        long near) {
      long newEnd = Long.MIN_VALUE;
      long orgAcknowledged = Long.MIN_VALUE;
      boolean hasFin = false;
      for (Departure each : segments) {
        boolean isSame = each.directionIn(client) == direction;
        if (each.isOrdinary() && isSame) {
          newEnd = Math.max(newEnd, space.offsetOf(each.end(), near));
          hasFin |= each.isFin();
        } else if (each.isOrdinary() && each.isAck()) {
          orgAcknowledged = Math.max(orgAcknowledged, space.offsetOf(each.acknowledgement(), near));
        }
      }
      return new OfDirection(newEnd, orgAcknowledged, hasFin);
    }
  }
}
