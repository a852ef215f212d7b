package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import org.jspecify.annotations.Nullable;

/** Applies what agents say about the connections that they expect. */
final class RelatedConnections {
  private final RuleTable rules;
  private final ExpectationTable expectations;
  private final PresentTime now;
  private final Counters counters;
  private final EventSink events;

  RelatedConnections(
      RuleTable rules,
      ExpectationTable expectations,
      PresentTime now,
      Counters counters,
      EventSink events) {
    this.rules = rules;
    this.expectations = expectations;
    this.now = now;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Expects connections, unless {@code parent} is only monitored. What the same call of its agent
   * decided may reveal them.
   *
   * @param toServerFrom where that begins towards the server, in new space
   * @param toClientFrom the same towards the client
   */
  void expect(Connection parent, Expectation expectation, long toServerFrom, long toClientFrom) {
    if (parent.handling() != Handling.EDITED) {
      return;
    }
    Rule rule = ruleOf(expectation.handler());
    if (rule == null) {
      refuse(parent, expectation, "no rule has the name of its handler");
      return;
    }
    ExpectedConnection expected = ExpectedConnection.of(parent, expectation, rule);
    if (!expected.isPossible()) {
      refuse(parent, expectation, "its address is of another version of IP");
    } else if (rule.mayChange() && !expected.mayBeChanged(rules)) {
      refuse(parent, expectation, "no rule matches its addresses, so fragments would pass unseen");
    } else {
      announce(expected);
      expectations.holdBack(parent, toServerFrom, toClientFrom);
    }
  }

  private void announce(ExpectedConnection expected) {
    if (!expectations.announce(expected, now.nanos())) {
      counters.count(Reason.REDIRECT_LIMIT);
    }
  }

  /** Withdraws what {@code parent} expects at the place of {@code expectation}. */
  void unexpect(Connection parent, Expectation expectation) {
    expectations.withdraw(parent, expectation);
  }

  private @Nullable Rule ruleOf(Handler handler) {
    return switch (handler) {
      case Handler.Unseen _ -> rules.expectedRule();
      case Handler.Rule named -> rules.named(named.name());
    };
  }

  private void refuse(Connection parent, Expectation expectation, String why) {
    counters.count(Reason.NOT_APPLIED);
    String text = "expected connection: " + why + " to=" + expectation.to();
    events.event(Reason.NOT_APPLIED, parent.name(), text);
  }
}
