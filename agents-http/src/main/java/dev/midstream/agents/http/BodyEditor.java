package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import dev.midstream.agents.http.Body.Step;
import dev.midstream.agents.http.MessageLength.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Edits bodies of responses: whole ones, which are held with their heads, or blocks of long ones. A
 * block ends with its chunk or after {@link BodyPolicy#blockBytes} octets; where a text may begin
 * in it and end after it, the next one is added to it. So borders depend on the octets alone.
 */
final class BodyEditor {
  private static final Octets LAST_CHUNK = Octets.ofLatin1("0\r\n");
  private static final Octets CRLF = Octets.ofLatin1("\r\n");

  private final BodyPolicy policy;
  private final Limits limits;

  BodyEditor(BodyPolicy policy, Limits limits) {
    this.policy = policy;
    this.limits = limits;
  }

  /** What can be held at once, without the head. */
  static int maxHold(BodyPolicy policy, Limits limits) {
    int block = policy.joinedBytes() + policy.blockBytes() + 2 * limits.chunkLineBytes();
    return policy.isActive() ? Math.max(policy.bodyBytes(), block) : 0;
  }

  /** Stops the turn if more of a response is needed to decide it; returns whether it is. */
  boolean hold(Turn turn, Head head, MessageLength length) {
    int available = turn.view().length() - head.end();
    boolean isShort;
    if (length.kind() == Kind.COUNTED) {
      isShort = available < length.count();
      if (isShort && !turn.view().endOfStream()) {
        turn.out().need(head.end() - turn.at() + (int) length.count());
      }
    } else {
      ChunkReader reader = reader(turn, head);
      isShort = gather(reader) == null && reader.flaw() == null && available <= policy.bodyBytes();
    }
    if (isShort) {
      turn.stop();
    }
    return isShort;
  }

  /**
   * Decides a response as a whole. What is longer than may be held, or malformed, is left.
   *
   * @param edits the other edits of the head
   */
  void whole(Turn turn, Head head, MessageLength length, HeadEdits edits) {
    ChunkReader reader = reader(turn, head);
    boolean isChunked = length.kind() == Kind.CHUNKED;
    byte[] body = isChunked ? gather(reader) : turn.view().copy(head.end(), (int) length.count());
    if (body == null || reader.at() - head.end() > policy.bodyBytes()) {
      leave(turn, edits);
      return;
    }
    byte[] edited = edited(turn, head, body);
    if (edited != null) {
      BodyFields.mark(head, edits);
    }
    if (isChunked) {
      decideChunked(turn, reader, edits, edited);
    } else {
      decideCounted(turn, head, length, edits, edited);
    }
  }

  private ChunkReader reader(Turn turn, Head head) {
    return new ChunkReader(turn.view(), head.end(), chunkLine(), limits);
  }

  private static void leave(Turn turn, HeadEdits edits) {
    turn.count(HttpReason.BODY_LEFT, "gzip that is longer than body-bytes, or malformed");
    edits.decide(turn);
    turn.setBody(chunkLine());
  }

  private static void decideChunked(
      Turn turn, ChunkReader reader, HeadEdits edits, byte @Nullable [] edited) {
    edits.decide(turn);
    if (edited == null) {
      turn.passTo(reader.at());
      turn.setBody(reader.body());
    } else {
      turn.replaceTo(reader.at(), Octets.join(chunk(edited), LAST_CHUNK));
      turn.setBody(reader.body().edited());
    }
  }

  private static Body chunkLine() {
    return Body.HEAD.at(Step.CHUNK_LINE);
  }

  private static void decideCounted(
      Turn turn, Head head, MessageLength length, HeadEdits edits, byte @Nullable [] edited) {
    int end = head.end() + (int) length.count();
    if (edited != null) {
      edits.set("Content-Length", Integer.toString(edited.length), true);
    }
    edits.decide(turn);
    if (edited == null) {
      turn.passTo(end);
    } else {
      turn.replaceTo(end, Octets.of(edited));
    }
    turn.setBody(Body.HEAD.at(Step.END));
  }

  /** The data of all chunks; null if the last chunk is not there or something is wrong. */
  private byte @Nullable [] gather(ChunkReader reader) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    while (!reader.isLast()) {
      if (!reader.isAtData()) {
        if (!reader.readFrame()) {
          return null;
        }
      } else if (!readPiece(reader, policy.bodyBytes(), data)) {
        return null;
      }
    }
    return data.toByteArray();
  }

  /** Reads at most {@code limit} octets of data; returns whether all of them are there. */
  private static boolean readPiece(ChunkReader reader, int limit, ByteArrayOutputStream data) {
    int count = (int) Math.min(limit, reader.body().remaining());
    if (reader.available() < count) {
      return false;
    }
    data.writeBytes(reader.copy(count));
    reader.readData(count);
    return true;
  }

  /** The body with its replacements in its coding; null if it stays as it is. */
  private byte @Nullable [] edited(Turn turn, Head head, byte[] body) {
    boolean isPlain = "".equals(BodyPolicy.encoding(head));
    byte[] plain = isPlain ? body : Gzip.decode(body, policy.gzipRatio() * policy.bodyBytes());
    byte[] edited = plain == null ? null : policy.replacements().edit(plain, true);
    if (edited == null) {
      turn.count(HttpReason.BODY_LEFT, "gzip that is damaged or too long");
      return null;
    }
    if (Arrays.equals(plain, edited)) {
      return null;
    }
    turn.count(HttpReason.EDITED_BODY, "as a whole");
    return isPlain ? edited : Gzip.encode(edited);
  }

  /**
   * Decides the next block of a chunked body as one chunk.
   *
   * @return what is wrong with its chunks; null if nothing is
   */
  @Nullable Flaw chunks(Turn turn) {
    ChunkReader reader = new ChunkReader(turn.view(), turn.at(), turn.body(), limits);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    byte[] edited = null;
    while (edited == null) {
      while (!reader.isAtData() && !reader.isLast()) {
        if (!reader.readFrame()) {
          turn.stop();
          return reader.flaw();
        }
      }
      if (!reader.isLast() && !readPiece(reader, policy.blockBytes(), data)) {
        turn.stop();
        return null;
      }
      int length = reader.at() - turn.at();
      edited = edited(turn, data.toByteArray(), length, reader.isLast());
    }
    countEdit(turn, data.toByteArray(), edited);
    Octets chunk = edited.length == 0 ? Octets.empty() : chunk(edited);
    turn.replaceTo(reader.at(), reader.isLast() ? Octets.join(chunk, LAST_CHUNK) : chunk);
    turn.setBody(reader.body());
    return null;
  }

  /** Decides the next block of a counted body, whose length stays. */
  void counted(Turn turn) {
    int length = 0;
    byte[] edited = null;
    while (edited == null) {
      long remaining = turn.body().remaining() - length;
      int next = length + (int) Math.min(policy.blockBytes(), remaining);
      if (turn.remaining() < next) {
        turn.stop();
        return;
      }
      length = next;
      boolean isLast = length == turn.body().remaining();
      edited = edited(turn, turn.view().copy(turn.at(), length), length, isLast);
    }
    boolean isChanged = countEdit(turn, turn.view().copy(turn.at(), length), edited);
    long rest = turn.body().remaining() - length;
    if (isChanged) {
      turn.replaceTo(turn.at() + length, Octets.of(edited));
    } else {
      turn.passTo(turn.at() + length);
    }
    turn.setBody(rest == 0 ? Body.HEAD.at(Step.END) : Body.counted(rest));
  }

  /** A block of {@code length} octets of the stream, edited; null if the next one is to join it. */
  private byte @Nullable [] edited(Turn turn, byte[] block, int length, boolean isLast) {
    byte[] edited = policy.replacements().edit(block, isLast);
    if (edited == null && length > policy.joinedBytes()) {
      turn.count(HttpReason.BODY_LEFT, "a text that may go on after joined-bytes");
      edited = policy.replacements().edit(block, true);
    }
    return edited;
  }

  private static boolean countEdit(Turn turn, byte[] before, byte[] after) {
    boolean isChanged = !Arrays.equals(before, after);
    if (isChanged) {
      turn.count(HttpReason.EDITED_BODY, "in a block");
    }
    return isChanged;
  }

  private static Octets chunk(byte[] data) {
    Octets line = Octets.ofLatin1(Integer.toHexString(data.length) + "\r\n");
    return data.length == 0 ? Octets.empty() : Octets.join(line, Octets.of(data), CRLF);
  }
}
