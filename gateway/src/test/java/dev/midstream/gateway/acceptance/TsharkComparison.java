package dev.midstream.gateway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.acceptance.RecordedCapture.RecordedStream;
import dev.midstream.gateway.acceptance.Rewriting.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What tshark reads in a capture that was rewritten with {@link PairSets#MIXED}.
 *
 * @param capture the capture
 * @param after its connections in the output
 * @param beforeNaive the recorded connections as read naively
 * @param afterNaive those of the output as read naively
 */
record TsharkComparison(
    RecordedCapture capture,
    Tshark after,
    List<Conversation> beforeNaive,
    List<Conversation> afterNaive) {

  /** Rewrites the capture and runs tshark on both files. */
  static TsharkComparison of(RecordedCapture capture, Rewriting rewriting) {
    try {
      List<Integer> numbers = capture.editable().stream().map(RecordedStream::number).toList();
      Result result = rewriting.enforce(capture.path(), PairSets.MIXED);
      assertThat(result.program().exitCode()).as(result.program().err()).isZero();
      Path out = result.out();
      return new TsharkComparison(
          capture,
          Tshark.read(out, numbers, true),
          NaiveReader.read(capture.path()),
          NaiveReader.read(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void check() throws IOException {
    for (RecordedStream stream : capture.editable()) {
      String what = capture.name() + " stream " + stream.number();
      Tshark.Stream is = after.stream(stream.number());
      NaiveComparison naive =
          NaiveComparison.of(capture, stream, PairSets.MIXED, beforeNaive, afterNaive);
      assertThat(is.isFirst(stream.endpoints().one())).as(what + ", first sender").isTrue();
      if (stream.fromFirst().complete()) {
        assertThat(Arrays.mismatch(is.fromFirst(), naive.expected(true))).as(what).isEqualTo(-1);
      }
      if (stream.fromPeer().complete()) {
        assertThat(Arrays.mismatch(is.fromPeer(), naive.expected(false))).as(what).isEqualTo(-1);
      }
      if (is.lost() > 0) {
        assertThat(is.lost()).as(what + ", missing").isLessThanOrEqualTo(lostBefore(stream));
      }
      assertThat(is.wrongChecksums()).as(what + ", wrong checksums").isZero();
    }
  }

  /** Packets that tshark takes as evidence of loss; packets out of order count as such. */
  private int lostBefore(RecordedStream stream) throws IOException {
    return Tshark.read(capture.path(), List.of(), false).stream(stream.number()).lost();
  }
}
