package dev.midstream.agents.smtp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * What was agreed, and how far the message has come.
 *
 * @param mayRelay whether the client may name recipients of other domains
 * @param isLocal whether the client said LHLO: LMTP
 * @param hasChunking whether the server has announced CHUNKING
 * @param recipients RCPT commands of this message that were passed on
 * @param accepted recipients that the server has accepted
 * @param chunkBytes octets of the message in chunks
 * @param isChunkFailed whether a chunk was denied or refused: the message is lost until RSET
 * @param answers answers to the end of a message that are still due; 0 if none has come yet
 */
record Session(
    boolean mayRelay,
    boolean isLocal,
    boolean hasChunking,
    int recipients,
    int accepted,
    long chunkBytes,
    boolean isChunkFailed,
    int answers) {

  static Session of(boolean mayRelay) {
    return new Session(mayRelay, false, false, 0, 0, 0, false, 0);
  }

  /** After EHLO, HELO or LHLO was accepted: a message that has begun is lost. */
  Session greeted(boolean isLmtp, boolean chunking) {
    return new Session(mayRelay, isLmtp, chunking, 0, 0, 0, false, 0);
  }

  /** The client is one who may relay. */
  Session authenticated() {
    return new Session(
        true, isLocal, hasChunking, recipients, accepted, chunkBytes, isChunkFailed, answers);
  }

  /** One more RCPT was passed on. */
  Session withRecipient() {
    return new Session(
        mayRelay,
        isLocal,
        hasChunking,
        recipients + 1,
        accepted,
        chunkBytes,
        isChunkFailed,
        answers);
  }

  Session withAccepted(int count) {
    return new Session(
        mayRelay, isLocal, hasChunking, recipients, count, chunkBytes, isChunkFailed, answers);
  }

  Session withChunkBytes(long bytes) {
    return new Session(
        mayRelay, isLocal, hasChunking, recipients, accepted, bytes, isChunkFailed, answers);
  }

  Session withChunkFailed(boolean isIt) {
    return new Session(
        mayRelay, isLocal, hasChunking, recipients, accepted, chunkBytes, isIt, answers);
  }

  Session withAnswers(int count) {
    return new Session(
        mayRelay, isLocal, hasChunking, recipients, accepted, chunkBytes, isChunkFailed, count);
  }

  /** The client has sent all of a message. Answers to its recipients may still be due. */
  Session sent() {
    return new Session(
        mayRelay, isLocal, hasChunking, 0, stillAccepted(), 0, isChunkFailed, answers);
  }

  /** The client gives up the message. */
  Session reset() {
    return new Session(mayRelay, isLocal, hasChunking, 0, stillAccepted(), 0, false, answers);
  }

  /** LMTP still answers for them. */
  private int stillAccepted() {
    return isLocal ? accepted : 0;
  }

  /**
   * Whether the server may refuse a chunk because no recipient is accepted as yet, or answer it in
   * a number that depends on that. What follows such a chunk waits for its answer: a server must
   * read its octets all the same (RFC 3030 section 2), but what is valid then is not known before.
   */
  boolean mayFail() {
    return isLocal || recipients == 0 || accepted == 0;
  }

  void write(StateWriter out) {
    out.flag(mayRelay).flag(isLocal).flag(hasChunking).number(recipients).number(accepted);
    out.number(chunkBytes).flag(isChunkFailed).number(answers);
  }

  static Session read(StateReader in) {
    return new Session(
        in.flag(),
        in.flag(),
        in.flag(),
        in.number(Integer.MAX_VALUE),
        in.number(Integer.MAX_VALUE),
        in.number(Long.MAX_VALUE),
        in.flag(),
        in.number(Integer.MAX_VALUE));
  }
}
