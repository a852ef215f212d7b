package dev.midstream.agents.http;

import dev.midstream.agent.Direction;
import dev.midstream.agent.exchange.Pending;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * The state of one connection.
 *
 * @param pending the responses that are due
 * @param upload where the client is
 * @param download where the server is
 * @param phase whether the connection goes on
 * @param isFirst whether no request, or empty line before one, was decided
 * @param hasEmptyLine whether an empty line stood before the next request
 * @param informational 1xx responses to the oldest request without a final one
 * @param isContinued whether one of them was 100 Continue
 * @param isEnforced whether decisions are carried out
 */
record HttpState(
    Pending<Request> pending,
    Body upload,
    Body download,
    Phase phase,
    boolean isFirst,
    boolean hasEmptyLine,
    int informational,
    boolean isContinued,
    boolean isEnforced) {
  private static final List<Phase> PHASES = List.of(Phase.values());

  /** Whether the connection goes on. The list may only grow at its end. */
  enum Phase {
    OPEN,
    /** An upgrade or CONNECT was not answered: what follows it may be of another protocol. */
    SWITCHING,
    /** The client's rest is dropped. The connection ends after the answers that are due. */
    CLOSING,
    /** The agent has ended or left the connection. */
    LEFT
  }

  static HttpState of(Limits limits, boolean isEnforced) {
    return new HttpState(
        Pending.none(limits.pipelined(), limits.denialBytes(), isEnforced),
        Body.HEAD,
        Body.HEAD,
        Phase.OPEN,
        true,
        false,
        0,
        false,
        isEnforced);
  }

  HttpState with(Pending<Request> other) {
    return new HttpState(
        other,
        upload,
        download,
        phase,
        isFirst,
        hasEmptyLine,
        informational,
        isContinued,
        isEnforced);
  }

  HttpState with(Phase other) {
    return new HttpState(
        pending,
        upload,
        download,
        other,
        isFirst,
        hasEmptyLine,
        informational,
        isContinued,
        isEnforced);
  }

  Body body(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? upload : download;
  }

  HttpState with(Direction direction, Body other) {
    boolean isUpload = direction == Direction.CLIENT_TO_SERVER;
    return new HttpState(
        pending,
        isUpload ? other : upload,
        isUpload ? download : other,
        phase,
        isFirst,
        hasEmptyLine,
        informational,
        isContinued,
        isEnforced);
  }

  HttpState withEmptyLine() {
    return new HttpState(
        pending, upload, download, phase, false, true, informational, isContinued, isEnforced);
  }

  /** After a request was decided. */
  HttpState afterRequest() {
    return new HttpState(
        pending, upload, download, phase, false, false, informational, isContinued, isEnforced);
  }

  HttpState withInformational(int count, boolean continued) {
    return new HttpState(
        pending, upload, download, phase, isFirst, hasEmptyLine, count, continued, isEnforced);
  }

  /** Whether no further request may be decided now. */
  boolean isHolding() {
    return phase != Phase.OPEN || pending.isFull();
  }

  void write(StateWriter out) {
    pending.write(out, (to, request) -> request.write(to));
    upload.write(out);
    download.write(out);
    out.choice(phase, PHASES).flag(isFirst).flag(hasEmptyLine);
    out.number(informational).flag(isContinued).flag(isEnforced);
  }

  static HttpState read(StateReader in, Limits limits) {
    return new HttpState(
        Pending.read(in, limits.pipelined(), limits.denialBytes(), Request::read),
        Body.read(in),
        Body.read(in),
        in.choice(PHASES),
        in.flag(),
        in.flag(),
        in.number(Integer.MAX_VALUE),
        in.flag(),
        in.flag());
  }
}
