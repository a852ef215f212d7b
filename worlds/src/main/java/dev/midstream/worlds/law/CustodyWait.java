package dev.midstream.worlds.law;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Custody;
import dev.midstream.reassembly.stream.Stream;

/** Whether octets that are to go into custody wait for their record although it is committed. */
final class CustodyWait {
  private CustodyWait() {}

  /**
   * Whether all octets below {@code orgCommitted} that are to go into custody are in it, and
   * acknowledged to their sender. These may wait longer:
   *
   * <ul>
   *   <li>those that the receiver has acknowledged itself: that is asked of all of them
   *   <li>those that were held, and are decided and have left since, also if what was put in after
   *       them waits: their receiver acknowledges them, and their sender needs no custody
   *   <li>those of a receiver that was not heard since an engine died: nothing is acknowledged in
   *       its name
   *   <li>those after opaque ones that their receiver may lack: these are not kept
   *   <li>those whose end lies inside octets that the receiver or the engine has reported, or where
   *       they begin: an acknowledgement there would mean that they were thrown away (RFC 2018
   *       section 8), so custody waits for the record of their end
   * </ul>
   */
  static boolean isOver(Connection connection, Stream stream, long orgCommitted) {
    long end = Math.min(wantedEnd(stream, orgCommitted), stream.heldEnd());
    long acknowledged = stream.edits().map().acknowledgement(stream.acknowledged());
    boolean isUnheard = stream.receiver().inherited().isUnheard();
    long reached = isUnheard ? stream.edits().custodyEnd() : stream.sender().advertised();
    return end <= Math.max(acknowledged, reached)
        || connection.isPickedUp()
        || !connection.hasEndpointAt(Vantage.INLINE)
        || !stream.edits().isKeptFrom(stream.acknowledged())
        || isReported(stream, end);
  }

  /** The end of what waits for custody, of the octets below {@code orgCommitted}. */
  private static long wantedEnd(Stream stream, long orgCommitted) {
    Custody custody = stream.sender().custody();
    long awaited = Math.min(custody.awaitedEnd(), orgCommitted);
    OffsetMap map = stream.edits().map();
    boolean hasLeft =
        stream.decided() >= awaited && stream.releasedEnd() >= map.before(map.up(awaited));
    long filled = stream.sender().gapFill().acknowledgedEnd(stream.acknowledged());
    long wanted = Math.max(filled, hasLeft ? custody.awaitedSentEnd() : awaited);
    return Math.min(wanted, orgCommitted);
  }

  private static boolean isReported(Stream stream, long orgEnd) {
    boolean is = stream.sender().custody().vouched().firstOutside(orgEnd) > orgEnd;
    RangeSet sacked = stream.receiver().scoreboard().sacked();
    SackMap sack = stream.edits().sack();
    for (int i = 0; i < sacked.size() && !is; i++) {
      is = sack.start(sacked.start(i), orgEnd) <= orgEnd && sack.end(sacked.end(i)) > orgEnd;
    }
    return is;
  }

  /** What is known of the custody of {@code stream}. */
  static String text(Stream stream) {
    Custody custody = stream.sender().custody();
    return "shown=%d in=%d awaited=%d sent=%d held=%d decided=%d acknowledged=%d released=%d"
        .formatted(
            stream.sender().advertised(),
            stream.edits().custodyEnd(),
            custody.awaitedEnd(),
            custody.awaitedSentEnd(),
            stream.heldEnd(),
            stream.decided(),
            stream.acknowledged(),
            stream.releasedEnd());
  }
}
