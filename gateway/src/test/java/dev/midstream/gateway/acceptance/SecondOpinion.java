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
 * What tshark says of a capture before and after.
 *
 * @param capture the capture
 * @param before as it was recorded
 * @param after as it came out, with the edits of {@link PairSets#MIXED}
 * @param beforeNaive the recorded connections as a naive reader sees them
 * @param afterNaive the same for those that came out
 */
record SecondOpinion(
    RecordedCapture capture,
    Tshark before,
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
          Tshark.read(capture.path(), numbers, false),
          Tshark.read(out, numbers, true),
          NaiveReader.read(capture.path()),
          NaiveReader.read(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void check() {
    for (RecordedStream stream : capture.editable()) {
      String what = capture.name() + " stream " + stream.number();
      Tshark.Stream was = before.stream(stream.number());
      Tshark.Stream is = after.stream(stream.number());
      Comparison naive = Comparison.of(capture, stream, PairSets.MIXED, beforeNaive, afterNaive);
      assertThat(was.isFirst(stream.ends().one()) && is.isFirst(stream.ends().one()))
          .as(what + ", the same connection")
          .isTrue();
      if (stream.forth().firm()) {
        assertThat(Arrays.mismatch(is.forth(), naive.expected(true))).as(what).isEqualTo(-1);
      }
      if (stream.back().firm()) {
        assertThat(Arrays.mismatch(is.back(), naive.expected(false))).as(what).isEqualTo(-1);
      }
      assertThat(is.lost()).as(what + ", packets missed").isLessThanOrEqualTo(was.lost());
      assertThat(is.wrongChecksums()).as(what + ", wrong checksums").isZero();
    }
  }
}
