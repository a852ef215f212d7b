package dev.midstream.gateway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.gateway.acceptance.RecordedCapture.RecordedDirection;
import dev.midstream.gateway.acceptance.RecordedCapture.RecordedStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One recorded connection before and after, both read naively.
 *
 * @param what the connection and the pairs, for messages
 * @param recorded what other programs say about it
 * @param pairs the replacements
 * @param before the connection as recorded
 * @param after the connection in the output
 */
record NaiveComparison(
    String what, RecordedStream recorded, Pairs pairs, Conversation before, Conversation after) {

  /** Finds the connection in both captures. */
  static NaiveComparison of(
      RecordedCapture capture,
      RecordedStream stream,
      Pairs pairs,
      List<Conversation> before,
      List<Conversation> after) {
    String what = capture.name() + " stream " + stream.number() + ", pairs: " + pairs.name();
    long nth =
        capture.streams().stream()
            .takeWhile(other -> other.number() < stream.number())
            .filter(other -> other.endpoints().isSamePair(stream.endpoints()))
            .count();
    return new NaiveComparison(
        what,
        stream,
        pairs,
        find(before, stream.endpoints(), nth),
        find(after, stream.endpoints(), nth));
  }

  /** Checks the complete directions, and the acknowledgements of both endpoints. */
  void check() {
    Direction fromFirst = direction(before);
    if (recorded.fromFirst().complete()) {
      check(recorded.fromFirst(), fromFirst);
    }
    if (recorded.fromPeer().complete()) {
      check(recorded.fromPeer(), fromFirst.opposite());
    }
    assertThat(after.firstImpossible()).as(what).isNull();
    assertThat(after.wrongChecksums()).as(what + ", wrong checksums").isZero();
  }

  /** One direction with {@code pairs} applied; {@code first} is the first sender's. */
  byte[] expected(boolean first) {
    Direction direction = first ? direction(before) : direction(before).opposite();
    return pairs.applyTo(before.stream(direction).contiguous(), direction);
  }

  private Direction direction(Conversation conversation) {
    return recorded.endpoints().equals(conversation.endpoints())
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  private void check(RecordedDirection recording, Direction direction) {
    String where = what + ", " + direction;
    byte[] original = before.stream(direction).contiguous();
    assertThat(sha256(original)).as(where + ", as recorded").isEqualTo(recording.sha256());
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

  /**
   * An endpoint that had acknowledged everything must still do so, for all that had left by then.
   */
  private void checkLastAcknowledgement(String where, Direction direction) {
    long everything = before.stream(direction).acknowledgeable();
    if (before.lastAcknowledgement(direction) == everything) {
      assertThat(after.lastAcknowledgement(direction))
          .as(where + ", last acknowledgement")
          .isEqualTo(after.acknowledgeableThen(direction));
    }
  }

  private static Conversation find(
      List<Conversation> conversations, Endpoints endpoints, long nth) {
    return conversations.stream()
        .filter(conversation -> conversation.endpoints().isSamePair(endpoints))
        .skip(nth)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no connection between " + endpoints));
  }

  private static String sha256(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
