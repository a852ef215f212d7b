package dev.midstream.worlds.law;

import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import java.util.HashSet;
import java.util.Set;

/** What a box does wrong to segments that leave it. Checksums stay right. */
final class Mistakes {
  private Mistakes() {}

  /** Swaps the first two words of a payload that leaves again. */
  static Tampering changingRetransmissions() {
    Set<Long> sent = new HashSet<>();
    return (view, frame) -> {
      long number = (long) view.sourcePort() << 32 | Integer.toUnsignedLong(view.sequence());
      if (view.payloadLength() >= 4 && !sent.add(number)) {
        swapWords(view, frame);
      }
      return true;
    };
  }

  /** Swaps the first two words of each payload of the client after {@code offset}. */
  static Tampering changingAfter(int clientIsn, int offset) {
    return (view, frame) -> {
      int start = view.sequence() - clientIsn - 1;
      if (view.payloadLength() >= 4 && start >= offset && start < 1 << 20) {
        swapWords(view, frame);
      }
      return true;
    };
  }

  /** Puts a FIN on the {@code number}th segment with octets. */
  static Tampering ending(int number) {
    HeaderEditor editor = new HeaderEditor();
    int[] segments = new int[1];
    return (view, frame) -> {
      if (view.payloadLength() > 0 && ++segments[0] == number) {
        editor.edit(view).flags(view.flags() | TcpFlags.FIN).done();
      }
      return true;
    };
  }

  /** Moves both edges of the SACK blocks. */
  static Tampering reporting(int left, int right) {
    HeaderEditor editor = new HeaderEditor();
    return (view, frame) -> {
      for (int i = 0; i < view.options().sackBlocks(); i++) {
        int start = view.options().sackLeft(i) + left;
        editor.edit(view).sackBlock(i, start, view.options().sackRight(i) + right).done();
      }
      return true;
    };
  }

  private static void swapWords(FrameView view, byte[] frame) {
    int at = view.payloadOffset();
    for (int i = at; i < at + 2; i++) {
      byte kept = frame[i];
      frame[i] = frame[i + 2];
      frame[i + 2] = kept;
    }
  }
}
