package dev.midstream.agents.http;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * Where one direction is in its message.
 *
 * @param step what comes next
 * @param extensionBytes octets of chunk extensions so far
 * @param remaining octets of the chunk or body that are not decided, where they are edited
 * @param isEdited whether texts in the body are replaced
 */
record Body(Step step, int extensionBytes, long remaining, boolean isEdited) {
  static final Body HEAD = new Body(Step.HEAD, 0, 0, false);
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
    TO_END,
    /** Data of a chunk that are edited. */
    CHUNK_DATA,
    /** A counted body that is edited. */
    COUNTED
  }

  /** An edited body of {@code length} octets. */
  static Body counted(long length) {
    return new Body(Step.COUNTED, 0, length, true);
  }

  Body at(Step other) {
    return new Body(other, extensionBytes, remaining, isEdited);
  }

  Body withExtensions(int bytes) {
    return new Body(step, bytes, remaining, isEdited);
  }

  Body withRemaining(long octets) {
    return new Body(step, extensionBytes, octets, isEdited);
  }

  Body edited() {
    return new Body(step, extensionBytes, remaining, true);
  }

  void write(StateWriter out) {
    out.choice(step, STEPS).number(extensionBytes).number(remaining).flag(isEdited);
  }

  static Body read(StateReader in) {
    return new Body(
        in.choice(STEPS), in.number(Integer.MAX_VALUE), in.number(Long.MAX_VALUE), in.flag());
  }
}
