package dev.midstream.agents.http;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.framing.ChunkEnding;
import dev.midstream.agent.framing.ChunkSize;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.HeaderBlock;
import dev.midstream.agent.framing.StrictLine;
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
    return switch (turn.body().step()) {
      case CHUNK_LINE -> line(turn);
      case CHUNK_END -> end(turn);
      default -> trailers(turn);
    };
  }

  private @Nullable Flaw line(Turn turn) {
    OctetView view = turn.view();
    int at = turn.at();
    int end = StrictLine.end(view, at, limits.chunkLineBytes());
    if (end < 0) {
      return flawOf(turn, end, Flaw.CHUNK_LINE);
    }
    int textEnd = StrictLine.textEnd(end);
    long size = ChunkSize.of(view, at, textEnd);
    if (size < 0) {
      return Flaw.CHUNK_SIZE;
    }
    if (hasControl(view, at, textEnd)) {
      return Flaw.CONTROL_CHARACTER;
    }
    int semicolon = view.indexOf((byte) ';', at, textEnd);
    int extensions = turn.body().extensionBytes() + textEnd - semicolon;
    if (extensions > limits.extensionBytes()) {
      return Flaw.CHUNK_EXTENSIONS;
    }
    turn.setBody(turn.body().withExtensions(extensions));
    turn.passTo(end);
    turn.setBody(turn.body().at(size == 0 ? Step.TRAILERS : Step.CHUNK_END));
    if (size > 0) {
      turn.skip(size);
    }
    return null;
  }

  private static boolean hasControl(OctetView view, int from, int to) {
    for (int i = from; i < to; i++) {
      byte octet = view.at(i);
      if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Flaw end(Turn turn) {
    int end = ChunkEnding.end(turn.view(), turn.at());
    if (end < 0) {
      return end == Framing.MORE ? more(turn) : Flaw.CHUNK_END;
    }
    turn.passTo(end);
    turn.setBody(turn.body().at(Step.CHUNK_LINE));
    return null;
  }

  private @Nullable Flaw trailers(Turn turn) {
    OctetView view = turn.view();
    int end = HeaderBlock.end(view, turn.at(), limits.trailerBytes());
    if (end < 0) {
      return flawOf(turn, end, Flaw.TRAILER_BYTES);
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
    turn.passTo(end);
    turn.setBody(turn.body().at(Step.END));
    return null;
  }

  private static @Nullable Flaw flawOf(Turn turn, int result, Flaw tooLong) {
    return switch (result) {
      case Framing.MORE -> more(turn);
      case Framing.TOO_LONG -> tooLong;
      default -> Flaw.BARE_LINE_END;
    };
  }

  private static @Nullable Flaw more(Turn turn) {
    turn.stop();
    return null;
  }
}
