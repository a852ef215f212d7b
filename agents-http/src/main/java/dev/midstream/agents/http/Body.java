package dev.midstream.agents.http;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * Where one direction is in its message.
 *
 * @param step what comes next
 * @param extensionBytes octets of chunk extensions so far
 */
record Body(Step step, int extensionBytes) {
  static final Body HEAD = new Body(Step.HEAD, 0);
  private static final List<Step> STEPS = List.of(Step.values());

  /** What comes next. The list may only grow at its end. */
  enum Step {
    /** The head of a message. */
    HEAD,
    /** The line with a chunk's size. */
    CHUNK_LINE,
    /** The CR LF after a chunk's data. */
    CHUNK_END,
    TRAILERS,
    /** Nothing: the last octet of the message is decided. */
    END,
    /** The body lasts to the end of the stream. */
    TO_END
  }

  Body at(Step other) {
    return new Body(other, extensionBytes);
  }

  Body withExtensions(int bytes) {
    return new Body(step, bytes);
  }

  void write(StateWriter out) {
    out.choice(step, STEPS).number(extensionBytes);
  }

  static Body read(StateReader in) {
    return new Body(in.choice(STEPS), in.number(Integer.MAX_VALUE));
  }
}
