package dev.midstream.worlds.plan;

/**
 * How the codec of an agent fails, where connections move.
 *
 * @param fault what fails
 * @param at each so many-th state is not written, or the state of this number is not read
 */
public record CodecPlan(Fault fault, int at) {
  /** A codec that writes and reads every state. */
  public static final CodecPlan SOUND = new CodecPlan(Fault.NONE, 0);

  /** What fails. */
  public enum Fault {
    NONE,
    ENCODING,
    DECODING
  }

  /** Whether a state may be lost, so that its agent fails. */
  public boolean mayLose() {
    return fault == Fault.DECODING;
  }
}
