package dev.midstream.modcmd.agent;

/**
 * The undecided octets of one direction: what was held, then what is new; contiguous and read-only.
 *
 * <p>Positions inside the view count from 0 to {@link #length()} - 1. The view lies in the engine's
 * memory and is valid only during the call that got it. Not thread-safe.
 */
public abstract sealed class OctetView permits MemoryView {

  /** Stream offset of the view's first octet; 0 is the first payload octet of the direction. */
  public abstract long start();

  /** Number of octets shown, 0 or more. */
  public abstract int length();

  /** The octet at {@code index}, which must be in [0, length). */
  public abstract byte at(int index);

  /**
   * Eight octets from {@code index} as a little-endian number; index + 8 must not exceed length.
   */
  public abstract long eightAt(int index);

  /** Whether the sender's stream ends with the last octet of this view. */
  public abstract boolean endOfStream();

  /**
   * Whether nothing came for the hold time: the agent decides as at an end of stream; what it
   * leaves undecided passes.
   */
  public abstract boolean flush();

  /** Copies {@code length} octets from {@code index}; the range must lie in the view. */
  public abstract byte[] copy(int index, int length);
}
