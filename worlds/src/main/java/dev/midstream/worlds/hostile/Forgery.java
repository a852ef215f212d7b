package dev.midstream.worlds.hostile;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import java.util.random.RandomGenerator;

/** What somebody beside the two ends makes of a packet of theirs. */
public enum Forgery {
  /** Any kind of segment, by one who knows addresses and ports but no number. */
  BLIND,
  /** A segment whose number is right and whose acknowledgement is a guess. */
  BLIND_ACKNOWLEDGEMENT,
  /** A RST inside the window that is not exact. */
  INEXACT_RESET,
  /** A SYN or SYN-ACK inside the window. */
  SYN_IN_WINDOW,
  /** An old packet once more. */
  REPLAYED,
  /** A packet with a bit turned over. */
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
  private static final int FAR = 1 << 28;

  /**
   * Makes the forged packet of a genuine one.
   *
   * @param frame the octets that {@code view} stands on
   * @return whether there is one
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
          editor.edit(view).acknowledgement(view.acknowledgement() + far(random)).done();
      case INEXACT_RESET -> near(editor, view, random, TcpFlags.RST);
      case SYN_IN_WINDOW ->
          near(editor, view, random, random.nextBoolean() ? TcpFlags.SYN : KINDS[6]);
      case REPLAYED -> {}
      case DAMAGED -> {
        int at = random.nextInt(view.tcpOffset() + 4, frame.length);
        frame[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
    }
    return this == BLIND || this == REPLAYED || this == DAMAGED || plain;
  }

  /** Whether an end may answer it by a RST, or die of it. */
  boolean mayReset() {
    return this == INEXACT_RESET || this == SYN_IN_WINDOW;
  }

  private static void near(HeaderEditor editor, FrameView view, RandomGenerator random, int flags) {
    editor.edit(view).sequence(view.sequence() + 1 + random.nextInt(NEAR)).flags(flags).done();
  }

  private static int far(RandomGenerator random) {
    int distance = random.nextInt(FAR, 5 * FAR);
    return random.nextBoolean() ? distance : -distance;
  }
}
