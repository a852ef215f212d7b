package dev.midstream.worlds.recorded;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.ValueLayout;

/** Reassembles both streams from the packets that left a box, and throws on contradictions. */
public final class NaiveReceiver {
  private static final int MAX_BYTES = 1 << 16;

  /** The octets that left in one direction. */
  private static final class Sent {
    private final byte[] octets = new byte[MAX_BYTES];
    private final boolean[] present = new boolean[MAX_BYTES];
    private int inOrder;
    private int end;
    private long fin = -1;
    private long acknowledged = Long.MIN_VALUE;
    private boolean timestampSeen;
    private int timestamp;
    private long reset = -1;

    private void put(FrameView view, int start) {
      for (int i = 0; i < view.payloadLength(); i++) {
        int at = start + i;
        byte octet =
            view.packet()
                .memory()
                .get(ValueLayout.JAVA_BYTE, view.packet().offset() + view.payloadOffset() + i);
        if (present[at] && octets[at] != octet) {
          throw new AssertionError("law 2: octet changed at newPosition=" + at);
        }
        octets[at] = octet;
        present[at] = true;
      }
      int length = view.payloadLength();
      end = length == 0 ? end : Math.max(end, start + length);
      while (present[inOrder]) {
        inOrder++;
      }
    }

    /** The highest acknowledgement that a receiver could send. */
    private long acknowledgeable() {
      return fin == inOrder ? inOrder + 1 : inOrder;
    }
  }

  private final Ends ends;
  private final Sent toServer = new Sent();
  private final Sent toClient = new Sent();
  private final FrameView view = new FrameView();
  private final boolean truthful;
  private boolean edited = true;

  /** A receiver; {@code truthful} if all acknowledged octets were recorded. */
  public NaiveReceiver(Ends ends, boolean truthful) {
    this.ends = ends;
    this.truthful = truthful;
  }

  /**
   * Sets whether the connection is edited, so that timestamps and acknowledgements never decrease,
   * and damaged segments do not leave.
   */
  public void setEdited(boolean edited) {
    this.edited = edited;
  }

  /** Receives a packet that left on {@code leg}. */
  public void receive(Packet packet, Leg leg) {
    if (view.read(packet) != FrameKind.TCP) {
      throw new AssertionError("not TCP");
    }
    if (!view.isTcpChecksumRight() || !view.isIpv4HeaderChecksumRight()) {
      require(!edited, "wrong checksum", view.sequence());
      return;
    }
    Direction direction =
        leg == Leg.OUTSIDE ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    Sent sent = sent(direction);
    int start = view.sequence() - ends.isn(direction) - 1;
    takeTimestamp(sent);
    if (view.isAck()) {
      takeAcknowledgement(sent, direction);
    }
    if (view.isSyn()) {
      require(start == -1, "SYN moved", start);
      start = 0;
    }
    if (view.isRst()) {
      sent.reset = start;
      return;
    }
    require(view.payloadLength() == 0 || start >= 0, "octets before the stream", start);
    sent.put(view, start);
    if (view.isFin()) {
      int fin = start + view.payloadLength();
      require(sent.fin < 0 || sent.fin == fin, "FIN moved", fin);
      sent.fin = fin;
    }
  }

  /** The number of octets that left without a gap. */
  public int inOrder(Direction direction) {
    return sent(direction).inOrder;
  }

  /** The offset of the FIN; -1 without one. */
  public long fin(Direction direction) {
    return sent(direction).fin;
  }

  /** The offset of the last RST; -1 without one. */
  public long reset(Direction direction) {
    return sent(direction).reset;
  }

  /** The octets before the FIN that left, as text, with an underscore for each missing one. */
  public String text(Direction direction) {
    Sent sent = sent(direction);
    StringBuilder text = new StringBuilder();
    long end = sent.fin < 0 ? sent.end : Math.min(sent.fin, sent.end);
    for (int at = 0; at < end; at++) {
      text.append(sent.present[at] ? (char) sent.octets[at] : '_');
    }
    return text.toString();
  }

  private void takeTimestamp(Sent sent) {
    TcpOptionsView options = view.options();
    if (!options.hasTimestamps()) {
      return;
    }
    int value = options.timestampValue();
    require(
        !edited || !sent.timestampSeen || !TimestampOrder.isBefore(value, sent.timestamp),
        "H-1: timestamp decreased",
        value);
    sent.timestampSeen = true;
    sent.timestamp = value;
  }

  private void takeAcknowledgement(Sent sent, Direction direction) {
    Sent other = sent(direction.opposite());
    int otherIsn = ends.isn(direction.opposite());
    int acknowledged = view.acknowledgement() - otherIsn - 1;
    boolean forward = !edited || acknowledged >= sent.acknowledged;
    require(forward, "law 4: acknowledgement decreased", acknowledged);
    sent.acknowledged = acknowledged;
    if (!truthful) {
      return;
    }
    require(acknowledged <= other.acknowledgeable(), "law 3: never sent", acknowledged);
    TcpOptionsView options = view.options();
    for (int i = 0; i < options.sackBlocks(); i++) {
      int right = options.sackRight(i) - otherIsn - 1;
      for (int at = options.sackLeft(i) - otherIsn - 1; at < right; at++) {
        require(other.present[at], "law 3: SACK of an octet never sent", at);
      }
    }
  }

  private Sent sent(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? toServer : toClient;
  }

  private static void require(boolean holds, String message, long position) {
    if (!holds) {
      throw new AssertionError(message + " position=" + position);
    }
  }
}
