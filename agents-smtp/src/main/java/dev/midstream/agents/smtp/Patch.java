package dev.midstream.agents.smtp;

import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;

/**
 * Edits of one view, from its front. Edits that lie near to each other become one decision, with
 * the octets between them: a text full of them would take as many commands of the engine otherwise.
 */
final class Patch {
  private static final int NEAR = 256;

  private final Front front;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream(0);
  private int from;
  private int to;

  Patch(Front front) {
    this.front = front;
    from = front.at();
    to = from;
  }

  /**
   * Puts {@code by} in the place of [start, end), which begins where the last edit ended or later.
   */
  void replace(int start, int end, Octets by) {
    boolean isEmpty = from == to && octets.size() == 0;
    if (isEmpty || start - to > NEAR) {
      flush();
      from = start;
    } else {
      octets.writeBytes(front.view().copy(to, start - to));
    }
    octets.writeBytes(by.toArray());
    to = end;
  }

  /** Decides all octets up to {@code end}. */
  void applyTo(int end) {
    flush();
    front.passTo(end);
  }

  private void flush() {
    if (to > from || octets.size() > 0) {
      front.passTo(from);
      front.replaceTo(to, Octets.of(octets.toByteArray()));
      octets.reset();
    }
    from = to;
  }
}
