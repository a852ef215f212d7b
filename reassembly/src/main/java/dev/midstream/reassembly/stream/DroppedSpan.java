package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The octets of one direction that the agent deleted without seeing them, as far as they are still
 * to come. They are deleted when they come in order, and are not stored. Essential: its end.
 */
public final class DroppedSpan {
  private final OffsetMap map;
  private long end;

  DroppedSpan(OffsetMap map) {
    this.map = map;
  }

  /** Deletes the next {@code count} octets, 1 or more, when they come. */
  public void begin(long count) {
    end = map.decided() + count;
  }

  /** Deletes all octets that are not decided. */
  void beginRest() {
    end = Long.MAX_VALUE;
  }

  void write(StateWriter out) {
    out.number(isEndless() ? 0 : end + 1);
  }

  void read(StateReader in) {
    long written = in.position();
    end = written == 0 ? Long.MAX_VALUE : written - 1;
  }

  /** Whether all the rest is deleted. */
  public boolean isEndless() {
    return end == Long.MAX_VALUE;
  }

  /** Whether the next octets are deleted. */
  public boolean isOpen() {
    return end > map.decided();
  }

  /** The end of the span, in original space; at or below D if it is over. */
  public long end() {
    return end;
  }

  /** How many of {@code length} octets, which are next, are deleted. */
  public int covered(int length) {
    return Math.clamp(end - map.decided(), 0, length);
  }
}
