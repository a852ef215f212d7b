package dev.midstream.worlds.hostile;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import java.util.random.RandomGenerator;

/** How an intruder forges a packet from a genuine one. */
public enum Forgery {
  /** A segment of any kind, with known addresses and ports and unknown sequence numbers. */
  BLIND,
  /** A segment with the right sequence number and a guessed acknowledgement. */
  BLIND_ACKNOWLEDGEMENT,
  /** An inexact RST inside the window. */
  INEXACT_RESET,
  /** A SYN or SYN-ACK inside the window. */
  SYN_IN_WINDOW,
  /** Other octets in place of the next ones, without the timestamp that the end sends. */
  UNSTAMPED,
  /** A replayed packet. */
  REPLAYED,
  /** A packet with one bit flipped. */
  DAMAGED;

  private static final int[] KINDS = {
    TcpFlags.ACK,
    TcpFlags.ACK | TcpFlags.PSH,
    TcpFlags.ACK | TcpFlags.FIN,
    TcpFlags.RST,
    TcpFlags.RST | TcpFlags.ACK,
    TcpFlags.SYN,
    TcpFlags.SYN | TcpFlags.ACK
  };

  private static final int NEAR = 3_000;

  /** The least distance of a number that is guessed blindly, far beyond the windows of worlds. */
  static final int FAR = 1 << 28;

  private static final int TIMESTAMPS_BYTES = 10;

  /**
   * Forges {@code frame} in place.
   *
   * @param frame the octets of a genuine packet, which {@code view} reads
   * @return whether the forgery applies to this packet
   */
  boolean make(byte[] frame, FrameView view, RandomGenerator random) {
    HeaderEditor editor = new HeaderEditor();
    boolean plain = !view.isSyn() && !view.isRst();
    switch (this) {
      case BLIND -> {
        editor.edit(view).sequence(view.sequence() + far(random));
        editor.acknowledgement(view.acknowledgement() + far(random));
        editor.flags(KINDS[random.nextInt(KINDS.length)]).done();
      }
      case BLIND_ACKNOWLEDGEMENT ->
          editor.edit(view).acknowledgement(view.acknowledgement() + beyondLost(random)).done();
      case INEXACT_RESET -> near(editor, view, random, TcpFlags.RST);
      case SYN_IN_WINDOW ->
          near(editor, view, random, random.nextBoolean() ? TcpFlags.SYN : KINDS[6]);
      case UNSTAMPED -> {
        if (view.options().hasTimestamps()) {
          editor.edit(view).sequence(view.sequence() + view.payloadLength());
          editor.eraseOption(view.options().timestampsOffset() - 2, TIMESTAMPS_BYTES).done();
        }
      }
      case REPLAYED -> {}
      case DAMAGED -> {
        int at = random.nextInt(view.tcpOffset() + 4, frame.length);
        frame[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
    }
    return this == BLIND || this == REPLAYED || this == DAMAGED || plain;
  }

  /** Whether an endpoint may send a RST for it, or be reset by it. */
  boolean mayReset() {
    return this == INEXACT_RESET || this == SYN_IN_WINDOW;
  }

  private static void near(HeaderEditor editor, FrameView view, RandomGenerator random, int flags) {
    editor.edit(view).sequence(view.sequence() + 1 + random.nextInt(NEAR)).flags(flags).done();
  }

  private static int far(RandomGenerator random) {
    return eitherWay(random.nextInt(FAR, 5 * FAR), random);
  }

  /**
   * Farther than an engine believes an acknowledgement that does not know what the one before let
   * leave: 2^30.
   */
  private static int beyondLost(RandomGenerator random) {
    return eitherWay(random.nextInt(5 * FAR, 7 * FAR), random);
  }

  private static int eitherWay(int distance, RandomGenerator random) {
    return random.nextBoolean() ? distance : -distance;
  }
}
