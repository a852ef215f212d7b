package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.fastpath.Guards;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.path.MidStreamReset;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/** Decides about segments that belong to no connection and open none. */
final class UnknownSegments {
  private final Stages stages;
  private final RuleChoice choice;
  private final ConnectionLifecycle lifecycle;
  private final AwaitedClose awaitedClose;
  private final MidStreamReset midStreamReset;
  private final Orphans orphans;
  private final Guards guards;

  UnknownSegments(
      Stages stages,
      RuleChoice choice,
      ConnectionLifecycle lifecycle,
      AwaitedClose awaitedClose,
      EngineResources resources) {
    this.awaitedClose = awaitedClose;
    orphans = resources.fastPath.orphans();
    guards = resources.guards;
    this.stages = stages;
    this.choice = choice;
    this.lifecycle = lifecycle;
    midStreamReset = new MidStreamReset(stages.builders());
  }

  /**
   * Lets a segment pass, or answers it. If it is damaged, its addresses may be wrong too, so it
   * passes only if the rules need not see it. While the table is full, a segment in mid-stream may
   * be of a connection that found no room, and passes; one of a parked connection is dropped, and
   * so is one that answers a half-open connection whose record finds no room. If it must be
   * decided, there is no such connection: what would open one is dropped, and its sender tries
   * again. What would pass is dropped before a record is committed that closes the last connection
   * of its ends.
   */
  Disposition process(Segment segment, long nowNanos, PacketOutput out) {
    return awaitedClose.decide(segment, decide(segment, nowNanos, out));
  }

  private Disposition decide(Segment segment, long nowNanos, PacketOutput out) {
    FrameView view = segment.view();
    if (lifecycle.isLeft(segment)) {
      stages.counters().count(Reason.CONNECTION_LIMIT);
      return Disposition.TAKEN;
    }
    if (ChecksumCheck.isDamaged(stages.configuration().vantage(), view)) {
      if (choice.passesUninspected(view)) {
        return Disposition.FORWARD;
      }
      stages.counters().count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    boolean mustBeDecided = choice.mustBeDecided(choice.ruleOf(view, nowNanos));
    if (!choice.isResetMidStream(view)) {
      return mustBeDecided && !view.isRst() ? Disposition.TAKEN : Disposition.FORWARD;
    }
    if (lifecycle.isFull() && !mustBeDecided) {
      stages.counters().count(Reason.CONNECTION_LIMIT);
      return Disposition.FORWARD;
    }
    return answerMidStream(segment, nowNanos, out);
  }

  /**
   * Takes a segment of a connection that another engine has edited and not finished: it would be
   * taken for other octets. Its ends are reset, whatever the rules say, until one opens it anew.
   *
   * @return whether it was taken
   */
  boolean takeLost(Segment segment, long nowNanos, PacketOutput out) {
    FrameView view = segment.view();
    if (!orphans.hasLost() || !orphans.isLost(view)) {
      return false;
    }
    if (view.isSyn()) {
      orphans.forgetLost(view);
      guards.forget(view);
      return false;
    }
    boolean isAnswered =
        !view.isRst() && !ChecksumCheck.isDamaged(stages.configuration().vantage(), view);
    Disposition ignored = isAnswered ? answerMidStream(segment, nowNanos, out) : Disposition.TAKEN;
    return true;
  }

  /** Answers a segment whose connection was not seen to open. No connection is opened for it. */
  private Disposition answerMidStream(Segment segment, long nowNanos, PacketOutput out) {
    FrameView view = segment.view();
    stages.counters().count(Reason.MID_STREAM);
    String name = segment.key().name(choice.isSenderClient(view));
    String rule = choice.ruleOf(view, nowNanos).name();
    stages.events().event(Reason.MID_STREAM, name, "rejected rule=" + rule);
    return midStreamReset.answer(view, nowNanos, out);
  }
}
