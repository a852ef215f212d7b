package dev.midstream.reassembly.fragment;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reassembler that keeps the owner of each octet (RFC 791 section 3.2, RFC 8200 section 4.5). An
 * overlap drops the datagram, unless it is an exact duplicate (RFC 5722, RFC 8200). It has no
 * limits but the time.
 */
final class NaiveReassembler {
  private static final int LARGEST = 65_536;
  private static final int UNIT_BYTES = 8;
  private static final int TCP_HEADER_BYTES = 20;

  private final long maxNanos;
  private final Map<Integer, Datagram> datagrams = new HashMap<>();

  /** A fragment of the datagram {@code id}, octets [start, start + octets.length). */
  record Piece(int id, int start, Octets octets, boolean more) {
    int end() {
      return start + octets.length();
    }
  }

  /**
   * What happens to a fragment.
   *
   * @param reason why it is dropped, or passes; null if it is kept
   * @param datagram the octets of the datagram that it completes; null if it does not
   * @param released earlier fragments that leave before it
   */
  record Verdict(@Nullable Reason reason, @Nullable Octets datagram, List<Piece> released) {
    static final Verdict KEPT = new Verdict(null, null, List.of());

    static Verdict of(Reason reason) {
      return new Verdict(reason, null, List.of());
    }
  }

  private static final class Datagram {
    private final long openedNanos;
    private final Piece[] owners = new Piece[LARGEST];
    private final List<Piece> pieces = new ArrayList<>();
    private @Nullable Reason dropped;
    private boolean started;
    private int end = LARGEST;

    Datagram(long nowNanos) {
      openedNanos = nowNanos;
    }

    boolean isDuplicate(Piece piece) {
      return pieces.stream()
          .anyMatch(each -> each.start() == piece.start() && each.octets().equals(piece.octets()));
    }

    boolean overlaps(Piece piece) {
      return owned(piece.start(), piece.end()) > 0;
    }

    boolean contradictsEnd(Piece piece) {
      boolean ended = end != LARGEST;
      return (ended && (!piece.more() || piece.end() > end))
          || (!piece.more() && owned(piece.end(), LARGEST) > 0);
    }

    private long owned(int from, int to) {
      return Arrays.stream(owners, from, to).filter(each -> each != null).count();
    }

    void add(Piece piece) {
      pieces.add(piece);
      Arrays.fill(owners, piece.start(), piece.end(), piece);
      end = piece.more() ? end : piece.end();
    }

    boolean isComplete() {
      return end != LARGEST && owned(0, end) == end;
    }

    Octets octets() {
      byte[] octets = new byte[end];
      for (int i = 0; i < end; i++) {
        octets[i] = owners[i].octets().at(i - owners[i].start());
      }
      return Octets.of(octets);
    }
  }

  NaiveReassembler(long maxNanos) {
    this.maxNanos = maxNanos;
  }

  /** Forgets the datagrams whose time is up. */
  void expire(long nowNanos) {
    datagrams.values().removeIf(each -> each.openedNanos + maxNanos <= nowNanos);
  }

  /**
   * Takes a fragment.
   *
   * @param edited whether the connection of the datagram may be edited
   */
  Verdict take(Piece piece, boolean edited, long nowNanos) {
    if (piece.more() && piece.octets().length() % UNIT_BYTES != 0) {
      return Verdict.of(Reason.MALFORMED);
    }
    Datagram datagram = datagrams.computeIfAbsent(piece.id(), id -> new Datagram(nowNanos));
    if (datagram.dropped != null) {
      return Verdict.of(datagram.dropped);
    }
    if (!edited && (datagram.started || piece.start() == 0)) {
      return pass(datagram, piece);
    }
    datagram.dropped = refusal(datagram, piece);
    datagram.started |= piece.start() == 0;
    if (datagram.dropped != null) {
      return Verdict.of(datagram.dropped);
    }
    return datagram.isDuplicate(piece) ? Verdict.of(Reason.ABSORBED) : keep(datagram, piece);
  }

  private static @Nullable Reason refusal(Datagram datagram, Piece piece) {
    boolean hidesHeader = piece.start() < TCP_HEADER_BYTES && piece.start() > 0;
    boolean tiny = piece.start() == 0 && piece.octets().length() < TCP_HEADER_BYTES;
    if (datagram.started ? hidesHeader : tiny) {
      return Reason.FRAGMENT_TINY;
    }
    if (datagram.isDuplicate(piece)) {
      return null;
    }
    if (datagram.overlaps(piece)) {
      return Reason.FRAGMENT_OVERLAP;
    }
    return datagram.contradictsEnd(piece) ? Reason.MALFORMED : null;
  }

  private Verdict keep(Datagram datagram, Piece piece) {
    datagram.add(piece);
    if (!datagram.isComplete()) {
      return Verdict.KEPT;
    }
    datagrams.remove(piece.id());
    return new Verdict(null, datagram.octets(), List.of());
  }

  /** A datagram that is not edited passes from its first fragment on, until it is complete. */
  private Verdict pass(Datagram datagram, Piece piece) {
    List<Piece> released = datagram.started ? List.of() : List.copyOf(datagram.pieces);
    datagram.started = true;
    if (!datagram.overlaps(piece) && !datagram.contradictsEnd(piece)) {
      datagram.add(piece);
    }
    if (datagram.isComplete()) {
      datagrams.remove(piece.id());
    }
    return new Verdict(Reason.FRAGMENT, null, released);
  }
}
