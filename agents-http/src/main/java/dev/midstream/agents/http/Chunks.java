package dev.midstream.agents.http;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.HeaderBlock;
import dev.midstream.agents.http.Body.Step;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The chunked coding (RFC 9112 section 7.1) in either direction. Lines are looked at, data pass
 * without being shown.
 */
final class Chunks {
  private final Limits limits;

  Chunks(Limits limits) {
    this.limits = limits;
  }

  /** Decides the next piece; stops the turn if more octets are needed. */
  @Nullable Flaw decide(Turn turn) {
    return turn.body().step() == Step.TRAILERS ? trailers(turn) : frame(turn);
  }

  private @Nullable Flaw frame(Turn turn) {
    ChunkReader reader = new ChunkReader(turn.view(), turn.at(), turn.body(), limits);
    if (!reader.readFrame()) {
      return reader.flaw() == null ? more(turn) : reader.flaw();
    }
    turn.passTo(reader.at());
    long data = reader.isAtData() ? reader.body().remaining() : 0;
    Step next = reader.isAtData() ? Step.CHUNK_END : reader.body().step();
    turn.setBody(reader.body().withRemaining(0).at(next));
    if (data > 0) {
      turn.skip(data);
    }
    return null;
  }

  private @Nullable Flaw trailers(Turn turn) {
    OctetView view = turn.view();
    int end = HeaderBlock.end(view, turn.at(), limits.trailerBytes());
    if (end < 0) {
      return flawOf(turn, end);
    }
    Head trailers = Head.ofTrailers(view, turn.at(), end, limits.fields());
    if (trailers.flaw() != null) {
      return trailers.flaw();
    }
    for (Field field : trailers.fields()) {
      if (Names.isForbiddenTrailer(trailers.name(field).toLowerCase(Locale.ROOT))) {
        return Flaw.TRAILER;
      }
    }
    HeadEdits edits = new HeadEdits(trailers);
    if (turn.body().isEdited()) {
      BodyFields.removeDigests(edits);
    }
    edits.decide(turn);
    turn.setBody(turn.body().at(Step.END));
    return null;
  }

  private static @Nullable Flaw flawOf(Turn turn, int result) {
    return switch (result) {
      case Framing.MORE -> more(turn);
      case Framing.TOO_LONG -> Flaw.TRAILER_BYTES;
      default -> Flaw.BARE_LINE_END;
    };
  }

  private static @Nullable Flaw more(Turn turn) {
    turn.stop();
    return null;
  }
}
