package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;

/**
 * Decides about segments with malformed headers. Inline none passes an agent, however a receiver
 * reads its headers. In a recording the receiver already has it.
 */
final class MalformedSegments {
  private final boolean inline;
  private final KnownConnections known;
  private final RuleChoice choice;
  private final Handoff handoff;
  private final Counters counters;

  MalformedSegments(Stages stages, KnownConnections known, RuleChoice choice, Handoff handoff) {
    inline = stages.configuration().vantage() == Vantage.INLINE;
    counters = stages.counters();
    this.known = known;
    this.choice = choice;
    this.handoff = handoff;
  }

  /** Lets a packet pass, drops it, or hands it off. */
  Disposition process(FrameView view, long nowNanos) {
    int owner = view.hasPorts() ? handoff.ownerOf(view) : ConnectionRouter.SELF;
    if (owner != ConnectionRouter.SELF) {
      return handoff.handOff(owner, view);
    }
    if (handoff.isFenced()) {
      return handoff.dropFenced();
    }
    counters.count(Reason.MALFORMED);
    return mayForward(view, nowNanos) ? Disposition.FORWARD : Disposition.TAKEN;
  }

  private boolean mayForward(FrameView view, long nowNanos) {
    Handling handling = view.hasPorts() ? known.handlingOf(view) : Handling.UNTOUCHED;
    return handling == null
        ? !choice.mustBeDecided(choice.ruleOf(view, nowNanos))
        : switch (handling) {
          case UNTOUCHED, MONITORED -> true;
          case EDITED -> !inline;
          case DROPPED, REJECTED -> false;
        };
  }
}
