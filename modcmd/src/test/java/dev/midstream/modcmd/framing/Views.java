package dev.midstream.modcmd.framing;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.agent.OctetView;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Views of parts of a text, as an agent sees them when the text arrives in parts. */
final class Views {
  private Views() {}

  /** The octets [start, end) of {@code text}, one octet for each character. */
  static OctetView of(String text, int start, int end) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return new MemoryView().show(MemorySegment.ofArray(octets), start, end - start, start);
  }

  /** All octets of {@code text}. */
  static OctetView of(String text) {
    return of(text, 0, text.length());
  }
}
