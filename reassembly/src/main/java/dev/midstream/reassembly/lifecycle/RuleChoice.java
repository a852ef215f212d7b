package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.TermsTable;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/** Answers which rule decides a connection and what the rule does to it. Changes nothing. */
public final class RuleChoice {
  private final EngineConfiguration configuration;
  private final ExpectationTable expectations;
  private final TermsTable terms;

  public RuleChoice(EngineConfiguration configuration, ExpectationTable expectations) {
    this.configuration = configuration;
    this.expectations = expectations;
    terms = new TermsTable(configuration);
  }

  /** The rule that would decide the connection that the segment opens. */
  public Rule ruleOf(FrameView view, long nowNanos) {
    Rule expected = isOpening(view) ? expectations.peek(view, nowNanos) : null;
    return expected == null ? configuration.rules().decide(view, isSenderClient(view)) : expected;
  }

  /**
   * Whether a rule may change packets between the ends of the segment, whichever end is the client,
   * or would if the segment opened a connection that is expected. Its flags do not matter.
   */
  public boolean mayBeChanged(FrameView view) {
    return mayChange(view, true) || mayChange(view, false) || isExpectedToChange(view);
  }

  /** Whether a rule may change packets between two addresses, whatever their ports. */
  public boolean mayBeChanged(
      int ipVersion, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    return configuration.mode() == Mode.ENFORCE
        && configuration
            .rules()
            .mayChange(ipVersion, sourceHigh, sourceLow, destinationHigh, destinationLow);
  }

  /** Whether the connection of the segment would pass without inspection or refusal. */
  public boolean passesUninspected(FrameView view) {
    return !mayChange(view, isSenderClient(view));
  }

  /** Whether the segment, which belongs to no connection, is answered with a reset (C-67). */
  public boolean isResetMidStream(FrameView view) {
    if (configuration.vantage() != Vantage.INLINE || view.isSyn() || view.isRst()) {
      return false;
    }
    Rule rule = configuration.rules().decide(view, isSenderClient(view));
    return isEditing(rule) && midStreamOf(rule) == MidStream.RESET;
  }

  /**
   * What is done with the connections of {@code rule} whose opening was not seen. Those that must
   * be decided are reset where others go on unedited.
   */
  MidStream midStreamOf(Rule rule) {
    MidStream policy = configuration.policies().midStream();
    boolean goesOn = policy == MidStream.PASS || policy == MidStream.PICK_UP;
    return goesOn && mustBeDecided(rule) ? MidStream.RESET : policy;
  }

  /**
   * Whether no octet of the rule's connections may pass without a decision: inline, if the rule is
   * enforced and its agent denies, or has failed where failures reset.
   */
  public boolean mustBeDecided(Rule rule) {
    return configuration.vantage() == Vantage.INLINE
        && isEditing(rule)
        && termsOf(rule).requiresDecisions();
  }

  /** What applies to the connections of the rule's agent. */
  public AgentTerms termsOf(Rule rule) {
    return terms.of(rule);
  }

  /** Whether {@code rule} edits its connections, if their handshakes allow it. */
  public boolean isEditing(Rule rule) {
    return handlingOf(rule) == Handling.EDITED;
  }

  /**
   * Whether the sender of the first segment is taken for the client. Without a SYN this is unknown.
   * Inline the server is assumed if only then a rule applies. Otherwise, after a restart, an edited
   * connection whose server sends first would pass with numbers that its ends do not share.
   */
  public boolean isSenderClient(FrameView view) {
    if (view.isSyn() || configuration.vantage() != Vantage.INLINE) {
      return !(view.isSyn() && view.isAck());
    }
    return mayChange(view, true) || !mayChange(view, false);
  }

  /** How {@code rule} handles its connections in the modes of the rule and the program. */
  Handling handlingOf(Rule rule) {
    boolean monitor = configuration.mode() == Mode.MONITOR || rule.mode() == Mode.MONITOR;
    if (rule.mode() == Mode.OFF || configuration.mode() == Mode.OFF) {
      return Handling.UNTOUCHED;
    }
    if (rule.agent() != null) {
      return monitor ? Handling.MONITORED : Handling.EDITED;
    }
    if (rule.action() == Action.ALLOW || monitor) {
      return Handling.UNTOUCHED;
    }
    return rule.action() == Action.DROP ? Handling.DROPPED : Handling.REJECTED;
  }

  /** Whether a rule denies the connection, and a mode only monitors. */
  boolean wouldRefuse(Rule rule) {
    return rule.agent() == null
        && rule.action() != Action.ALLOW
        && rule.mode() != Mode.OFF
        && configuration.mode() != Mode.OFF;
  }

  /** The rule that refuses the connection that the SYN opens; null if it may be opened. */
  public @Nullable Rule refusing(FrameView view) {
    Rule rule = ruleOf(view, Long.MIN_VALUE);
    return switch (handlingOf(rule)) {
      case DROPPED, REJECTED -> rule;
      case EDITED, MONITORED, UNTOUCHED -> null;
    };
  }

  /** Why {@code rule}, which has no agent, refuses a connection. */
  public static Reason reasonOf(Rule rule) {
    return rule.action() == Action.DROP ? Reason.RULE_DROP : Reason.RULE_REJECT;
  }

  public static boolean isOpening(FrameView view) {
    return view.isSyn() && !view.isAck();
  }

  private boolean isExpectedToChange(FrameView view) {
    Rule expected = expectations.peek(view, Long.MIN_VALUE);
    return configuration.mode() == Mode.ENFORCE && expected != null && expected.mayChange();
  }

  private boolean mayChange(FrameView view, boolean senderIsClient) {
    return configuration.mode() == Mode.ENFORCE
        && configuration.rules().decide(view, senderIsClient).mayChange();
  }
}
