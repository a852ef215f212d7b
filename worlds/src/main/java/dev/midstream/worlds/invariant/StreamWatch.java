package dev.midstream.worlds.invariant;

import dev.midstream.modcmd.map.Invariant;
import dev.midstream.modcmd.map.Invariants;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.map.StreamState;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.stream.Stream;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the invariants of one stream, at each moment and between checks. */
final class StreamWatch {
  /*
   * Each check compares the numbers. Some checks also compare the mapping, the SACK blocks and the
   * earlier output, which costs more, at places spread over all that is decided and not folded.
   */
  private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

  private final Stream stream;
  private final StreamObserver observer;
  private final int closerEvery;
  private final int closerLength;
  private final Invariants.Mapping mapping;
  private final EarlierStream before;
  private @Nullable StreamState earlier;
  private long checks;

  /**
   * Checks of {@code stream}.
   *
   * @param closerEvery number of checks for each closer one
   * @param closerLength original octets that a closer check covers
   */
  StreamWatch(Stream stream, StreamObserver observer, int closerEvery, int closerLength) {
    this.stream = stream;
    this.observer = observer;
    this.closerEvery = closerEvery;
    this.closerLength = closerLength;
    mapping = Invariants.Mapping.of(stream.edits().map());
    before = new EarlierStream(stream, mapping);
  }

  /**
   * The watch of {@code moved}, which goes on with what this stream was.
   *
   * @param isWhole whether all of it is known; otherwise its numbers may be lower
   */
  StreamWatch goingOnWith(Stream moved, boolean isWhole) {
    StreamWatch other = new StreamWatch(moved, observer, closerEvery, closerLength);
    if (isWhole) {
      other.earlier = earlier;
    } else {
      observer.inherit(moved);
    }
    other.checks = checks;
    return other;
  }

  /** The violated invariants. */
  Set<Invariant> check() {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    StreamState now = observer.observe(stream);
    violated.addAll(Invariants.ofState(now));
    if (earlier != null) {
      violated.addAll(Invariants.ofStep(earlier, now));
    }
    earlier = now;
    if (checks++ % closerEvery == 0) {
      checkCloser(violated);
    }
    return violated;
  }

  private void checkCloser(Set<Invariant> violated) {
    long base = Math.max(0, stream.edits().commands().basePosition());
    long end = stream.decided();
    long spread = (checks * SPREAD) >>> 1;
    long start = base + spread % Math.max(1, end - base - closerLength + 1);
    violated.addAll(Invariants.ofMapping(mapping, start, Math.min(end, start + closerLength)));
    violated.addAll(before.compare());
    before.note(start, Math.min(end, start + closerLength));
    checkReports(base, violated);
  }

  /**
   * Checks the receiver's SACK blocks as mapped for the sender. A block that starts at the custody
   * edge, possibly inside an edit, is not forwarded.
   */
  private void checkReports(long base, Set<Invariant> violated) {
    RangeSet reported = stream.receiver().scoreboard().sacked();
    SackMap sack = new SackMap(stream.edits().map(), stream.edits().fin());
    long shown = Math.max(base, stream.sender().advertised());
    for (int i = 0; i < reported.size(); i++) {
      long start = sack.start(reported.start(i), shown);
      long end = sack.end(reported.end(i));
      if (start < end && (start > shown || !stream.sender().custody().reaches(shown))) {
        violated.addAll(Invariants.ofSack(mapping, reported.start(i), reported.end(i), start, end));
      }
    }
  }

  @Override
  public String toString() {
    return earlier
        + " fin="
        + stream.edits().fin().isKnown()
        + "/"
        + stream.edits().fin().isReleased();
  }
}
