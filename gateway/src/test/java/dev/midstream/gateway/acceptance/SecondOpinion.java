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
 * What tshark says of a capture that was rewritten with {@link PairSets#MIXED}.
 *
 * @param capture the capture
 * @param after its connections as they came out
 * @param beforeNaive the recorded connections as a naive reader sees them
 * @param afterNaive the same for those that came out
 */
record SecondOpinion(
    RecordedCapture capture,
    Tshark after,
    List<Conversation> beforeNaive,
    List<Conversation> afterNaive) {

  /** Rewrites the capture and asks tshark about both files. */
  static SecondOpinion of(RecordedCapture capture, Rewriting rewriting) {
    try {
      List<Integer> numbers = capture.editable().stream().map(RecordedStream::number).toList();
      Result result = rewriting.enforce(capture.path(), PairSets.MIXED);
      assertThat(result.program().exitCode()).as(result.program().err()).isZero();
      Path out = result.out();
      return new SecondOpinion(
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
      Comparison naive = Comparison.of(capture, stream, PairSets.MIXED, beforeNaive, afterNaive);
      assertThat(is.isFirst(stream.ends().one())).as(what + ", first sender").isTrue();
      if (stream.forth().firm()) {
        assertThat(Arrays.mismatch(is.forth(), naive.expected(true))).as(what).isEqualTo(-1);
      }
      if (stream.back().firm()) {
        assertThat(Arrays.mismatch(is.back(), naive.expected(false))).as(what).isEqualTo(-1);
      }
      if (is.lost() > 0) {
        assertThat(is.lost()).as(what + ", missing").isLessThanOrEqualTo(lostBefore(stream));
      }
      assertThat(is.wrongChecksums()).as(what + ", wrong checksums").isZero();
    }
  }

  /** A recording in which packets are out of order looks as if some were missing. */
  private int lostBefore(RecordedStream stream) throws IOException {
    return Tshark.read(capture.path(), List.of(), false).stream(stream.number()).lost();
  }
}
