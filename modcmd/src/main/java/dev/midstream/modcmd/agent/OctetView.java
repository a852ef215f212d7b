package dev.midstream.modcmd.agent;

/**
 * The undecided octets of one direction: first the held ones, then the new ones; contiguous and
 * read-only.
 *
 * <p>Indices count from 0 to {@link #length()} - 1. The view lies in the engine's memory and is
 * valid only during the call that received it. Not thread-safe.
 */
public abstract sealed class OctetView permits MemoryView {

  /**
   * The stream offset of the first octet of the view; 0 is the first payload octet of the
   * direction.
   */
  public abstract long start();

  /** The number of octets in the view, 0 or more. */
  public abstract int length();

  /** The octet at {@code index}, which must be in [0, length). */
  public abstract byte at(int index);

  /**
   * The eight octets at {@code index} as a little-endian number; index + 8 must not exceed length.
   */
  public abstract long eightAt(int index);

  /** Whether the stream ends with the last octet of this view. */
  public abstract boolean endOfStream();

  /**
   * Whether the hold time passed without new octets. The agent decides as at the end of the stream;
   * octets that it leaves undecided pass.
   */
  public abstract boolean flush();

  /** Copies {@code length} octets from {@code index}; the range must lie in the view. */
  public abstract byte[] copy(int index, int length);
}
