package dev.midstream.modcmd.map;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.command.Octets;
import java.io.ByteArrayOutputStream;

/**
 * The rewriting of whole segments by the stored commands: the same octets for every repetition,
 * however it is cut.
 *
 * <p>An edit that a segment touches is carried whole. Only decided octets come out, and none below
 * the base of the list. This is the algebra in its plain form, which allocates its result. Not
 * thread-safe.
 */
public final class PayloadMap {
  private final OffsetMap map;
  private final CommandList commands;

  /** The rewriting of the stream that {@code map} maps. */
  public PayloadMap(OffsetMap map) {
    this.map = map;
    commands = map.commands();
  }

  /**
   * A run of the new stream.
   *
   * @param newSeq where it starts
   * @param octets what it holds
   */
  public record Rewritten(long newSeq, Octets octets) {}

  /** The segment at {@code orgStart} that holds {@code payload}, as the receiver gets it. */
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
