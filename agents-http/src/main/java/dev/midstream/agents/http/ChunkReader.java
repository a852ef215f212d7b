package dev.midstream.agents.http;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.framing.ChunkEnding;
import dev.midstream.agent.framing.ChunkSize;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.StrictLine;
import dev.midstream.agents.http.Body.Step;
import org.jspecify.annotations.Nullable;

/** Reads the chunked coding in a view without deciding it (RFC 9112 section 7.1). */
final class ChunkReader {
  private final OctetView view;
  private final Limits limits;
  private Body body;
  private int at;
  private @Nullable Flaw flaw;

  ChunkReader(OctetView view, int at, Body body, Limits limits) {
    this.view = view;
    this.at = at;
    this.body = body;
    this.limits = limits;
  }

  /** After the octets that were read. */
  int at() {
    return at;
  }

  /** Octets of the view after them. */
  int available() {
    return view.length() - at;
  }

  /** A copy of the next {@code count} octets. */
  byte[] copy(int count) {
    return view.copy(at, count);
  }

  /** Where the message is after them. */
  Body body() {
    return body;
  }

  /** What is wrong with the octets that follow; null if nothing is, or more octets are needed. */
  @Nullable Flaw flaw() {
    return flaw;
  }

  /** Whether data are next. */
  boolean isAtData() {
    return body.step() == Step.CHUNK_DATA;
  }

  /** Whether the last chunk was read. */
  boolean isLast() {
    return body.step() == Step.TRAILERS;
  }

  /** Reads the line of a chunk, or the end of one; returns whether it was there and is right. */
  boolean readFrame() {
    return body.step() == Step.CHUNK_END ? readEnd() : readLine();
  }

  /** Notes that {@code count} octets of data were read. */
  void readData(int count) {
    at += count;
    long remaining = body.remaining() - count;
    body = body.withRemaining(remaining).at(remaining == 0 ? Step.CHUNK_END : Step.CHUNK_DATA);
  }

  private boolean readEnd() {
    int end = ChunkEnding.end(view, at);
    if (end < 0) {
      flaw = end == Framing.MORE ? null : Flaw.CHUNK_END;
      return false;
    }
    at = end;
    body = body.at(Step.CHUNK_LINE);
    return true;
  }

  private boolean readLine() {
    int end = StrictLine.end(view, at, limits.chunkLineBytes());
    if (end < 0) {
      flaw =
          switch (end) {
            case Framing.MORE -> null;
            case Framing.TOO_LONG -> Flaw.CHUNK_LINE;
            default -> Flaw.BARE_LINE_END;
          };
      return false;
    }
    int textEnd = StrictLine.textEnd(end);
    long size = ChunkSize.of(view, at, textEnd);
    int start = view.indexOf((byte) ';', at, textEnd);
    int extensions = body.extensionBytes() + textEnd - start;
    flaw = size < 0 ? Flaw.CHUNK_SIZE : flawOf(start, textEnd, extensions);
    if (flaw != null) {
      return false;
    }
    at = end;
    body =
        body.withExtensions(extensions)
            .withRemaining(size)
            .at(size == 0 ? Step.TRAILERS : Step.CHUNK_DATA);
    return true;
  }

  private @Nullable Flaw flawOf(int start, int textEnd, int extensions) {
    if (hasControl(start, textEnd)) {
      return Flaw.CONTROL_CHARACTER;
    }
    if (!ChunkExtensions.isValid(view, start, textEnd)) {
      return Flaw.CHUNK_EXTENSION_FORM;
    }
    return extensions > limits.extensionBytes() ? Flaw.CHUNK_EXTENSIONS : null;
  }

  private boolean hasControl(int from, int to) {
    for (int i = from; i < to; i++) {
      byte octet = view.at(i);
      if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f) {
        return true;
      }
    }
    return false;
  }
}
