package dev.midstream.gateway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.acceptance.RecordedCapture.RecordedDirection;
import dev.midstream.gateway.acceptance.RecordedCapture.RecordedStream;
import dev.midstream.modcmd.agent.Direction;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One recorded connection before and after, both read naively.
 *
 * @param what says which connection it is, and which pairs
 * @param recorded what other programs say of it
 * @param pairs what was replaced
 * @param before as it was recorded
 * @param after as it came out
 */
record Comparison(
    String what, RecordedStream recorded, Pairs pairs, Conversation before, Conversation after) {

  /** Finds the connection among those of both captures. */
  static Comparison of(
      RecordedCapture capture,
      RecordedStream stream,
      Pairs pairs,
      List<Conversation> before,
      List<Conversation> after) {
    String what = capture.name() + " stream " + stream.number() + ", pairs: " + pairs.name();
    long nth =
        capture.streams().stream()
            .takeWhile(other -> other.number() < stream.number())
            .filter(other -> other.ends().isSamePair(stream.ends()))
            .count();
    return new Comparison(
        what, stream, pairs, find(before, stream.ends(), nth), find(after, stream.ends(), nth));
  }

  /** Checks the directions that are firm ground, and what the ends say of each other. */
  void check() {
    Direction forth = direction(before);
    if (recorded.forth().firm()) {
      check(recorded.forth(), forth);
    }
    if (recorded.back().firm()) {
      check(recorded.back(), forth.opposite());
    }
    assertThat(after.firstImpossible()).as(what).isNull();
    assertThat(after.wrongChecksums()).as(what + ", wrong checksums").isZero();
  }

  /** What {@code pairs} make of one direction, as a sender {@code first} seen or not spoke it. */
  byte[] expected(boolean first) {
    Direction direction = first ? direction(before) : direction(before).opposite();
    return pairs.applyTo(before.stream(direction).contiguous(), direction);
  }

  private Direction direction(Conversation conversation) {
    return recorded.ends().equals(conversation.ends())
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  private void check(RecordedDirection said, Direction direction) {
    String where = what + ", " + direction;
    byte[] original = before.stream(direction).contiguous();
    assertThat(sha256(original)).as(where + ", as recorded").isEqualTo(said.sha256());
    byte[] expected = pairs.applyTo(original, direction);
    SentStream stream = after.stream(direction);
    assertThat(Arrays.mismatch(stream.contiguous(), expected)).as(where + ", octet").isEqualTo(-1);
    assertThat(stream.present()).as(where + ", octets").isEqualTo(expected.length);
    assertThat(stream.firstConflict()).as(where + ", sent twice with other values").isEqualTo(-1);
    if (before.stream(direction).fin() == original.length) {
      assertThat(stream.fin()).as(where + ", FIN").isEqualTo(expected.length);
    }
    checkLastAcknowledgement(where, direction);
  }

  /** Who said that everything had come still says so, of what had left by then. */
  private void checkLastAcknowledgement(String where, Direction direction) {
    long everything = before.stream(direction).acknowledgeable();
    if (before.lastAcknowledgement(direction) == everything) {
      assertThat(after.lastAcknowledgement(direction))
          .as(where + ", last acknowledgement")
          .isEqualTo(after.acknowledgeableThen(direction));
    }
  }

  private static Conversation find(List<Conversation> conversations, Ends ends, long nth) {
    return conversations.stream()
        .filter(conversation -> conversation.ends().isSamePair(ends))
        .skip(nth)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no connection between " + ends));
  }

  private static String sha256(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
