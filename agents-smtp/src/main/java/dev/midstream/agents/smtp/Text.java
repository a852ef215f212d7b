package dev.midstream.agents.smtp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * How far the text of a message after DATA has come. Undecided octets do not count.
 *
 * @param isLineStart whether the next octet is the first of a line
 * @param bytes octets of the text as the server gets it, without its ending and without dots that
 *     are stuffing
 * @param isMended whether a bare CR or LF was mended
 * @param message where in the message the text is, if it is edited
 */
record Text(boolean isLineStart, long bytes, boolean isMended, Message message) {
  static final Text NONE = new Text(true, 0, false, Message.NONE);

  /** After {@code octets} more that pass as they are. */
  Text with(int octets, boolean isNextLineStart) {
    return new Text(isNextLineStart, bytes + octets, isMended, message);
  }

  void write(StateWriter out) {
    out.flag(isLineStart).number(bytes).flag(isMended);
    message.write(out);
  }

  static Text read(StateReader in) {
    return new Text(in.flag(), in.number(Long.MAX_VALUE), in.flag(), Message.read(in));
  }
}
