package dev.midstream.modcmd.map;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import java.io.ByteArrayOutputStream;

/**
 * Rewrites whole segments by the stored commands. Every retransmission gets the same octets,
 * wherever it is cut.
 *
 * <p>An edit that a segment touches is included as a whole. Only decided octets at or above the
 * base of the list are returned. This is the plain form of the algebra, which allocates its result.
 * Not thread-safe.
 */
public final class PayloadMap {
  private final OffsetMap map;
  private final CommandList commands;

  /** Rewrites the stream that {@code map} maps. */
  public PayloadMap(OffsetMap map) {
    this.map = map;
    commands = map.commands();
  }

  /**
   * A run of the new stream.
   *
   * @param newSeq the start of the run
   * @param octets the octets of the run
   */
  public record Rewritten(long newSeq, Octets octets) {}

  /** The rewritten form of the segment at {@code orgStart} with {@code payload}. */
  public Rewritten rewrite(long orgStart, Octets payload) {
    long start = Math.clamp(orgStart, commands.basePosition(), map.decided());
    long newSeq = map.dataStart(start);
    long count = map.dataEnd(orgStart + payload.length()) - newSeq;
    return new Rewritten(newSeq, octets(map.down(start), count, orgStart, payload.toArray()));
  }

  private Octets octets(long orgPosition, long count, long orgStart, byte[] payload) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    long position = orgPosition;
    int index = commands.countStartingBelow(position);
    while (result.size() < count) {
      long next = index < commands.size() ? commands.orgSeq(index) : map.decided();
      int kept = (int) Math.min(next - position, count - result.size());
      if (kept > 0) {
        result.write(payload, (int) (position - orgStart), kept);
      }
      if (result.size() < count) {
        result.writeBytes(commands.octets(index).toArray());
        position = commands.orgEnd(index);
        index++;
      }
    }
    return Octets.of(result.toByteArray());
  }
}
