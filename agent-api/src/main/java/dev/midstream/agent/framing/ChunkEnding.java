package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** The CR LF after the data of a chunk in HTTP's chunked coding (RFC 9112 section 7.1). */
public final class ChunkEnding {
  private static final int LENGTH = 2;

  private ChunkEnding() {}

  /**
   * The end of the CR LF that starts at {@code from}.
   *
   * @return {@code from} + 2, {@link Framing#MORE}, or {@link Framing#MALFORMED} for other octets:
   *     the data has not the length that the chunk said
   */
  public static int end(OctetView view, int from) {
    int available = Math.min(LENGTH, view.length() - from);
    for (int i = 0; i < available; i++) {
      if (view.at(from + i) != (i == 0 ? '\r' : '\n')) {
        return Framing.MALFORMED;
      }
    }
    return available < LENGTH ? Framing.MORE : from + LENGTH;
  }
}
