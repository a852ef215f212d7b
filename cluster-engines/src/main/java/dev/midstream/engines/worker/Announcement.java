package dev.midstream.engines.worker;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectationCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells the others of an expectation. A node of another version drops an announcement
 * with a kind that it does not know, and one that is longer than it knows.
 *
 * @param kind one of those below
 * @param place of the expectation
 * @param ends of a connection that fulfils it; null if they do not matter
 */
record Announcement(int kind, Octets place, @Nullable Octets ends) {
  /** The expectation follows its place. */
  static final int EXPECTED = 1;

  /** A connection was opened. If {@link #ENDS} came before, it is the same one. */
  static final int OPENED = 2;

  /** It is expected no more. */
  static final int WITHDRAWN = 3;

  /** The connection between the ends is in a record. */
  static final int RECORDED = 4;

  /**
   * The connection between the ends was opened. {@link #OPENED} follows, for nodes that know no
   * more.
   */
  static final int ENDS = 5;

  /**
   * Reads an announcement.
   *
   * @throws MalformedState if this version does not know it
   */
  static Announcement of(byte[] octets) {
    StateReader in = new StateReader(octets, 0, octets.length);
    int kind = in.octet();
    if (kind < EXPECTED || kind > ENDS) {
      throw new MalformedState("unknown announcement: kind=" + kind);
    }
    ExpectationCodec.skipPlace(in);
    int end = octets.length - in.remaining();
    Octets place = Octets.of(Arrays.copyOfRange(octets, 1, end));
    if (kind == RECORDED || kind == ENDS) {
      ConnectionKey.skip(in);
    }
    if (kind != EXPECTED && in.remaining() > 0) {
      throw new MalformedState("announcement is too long: kind=" + kind);
    }
    boolean hasEnds = kind == RECORDED || kind == ENDS;
    Octets ends = hasEnds ? Octets.of(Arrays.copyOfRange(octets, end, octets.length)) : null;
    return new Announcement(kind, place, ends);
  }

  /** As {@link #of} reads it; not of an expectation. */
  byte[] octets() {
    StateWriter out = new StateWriter();
    out.octet(kind);
    out.octets(place.toArray(), 0, place.length());
    if (ends != null) {
      out.octets(ends.toArray(), 0, ends.length());
    }
    return out.toOctets();
  }
}
