package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.event.ReasonCounts;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;

/**
 * How the octets of a connection name its rule and its reasons: as text, which other engines know,
 * or as numbers, which are short and which only the engine knows that wrote them.
 */
@SuppressWarnings("EnumOrdinal") // numbers of reasons do not leave the process
public final class NameCodec {
  private static final Reason[] REASONS = Reason.values();

  private final RuleTable rules;
  private final boolean isText;

  private NameCodec(RuleTable rules, boolean isText) {
    this.rules = rules;
    this.isText = isText;
  }

  /** Names as text, for octets that another engine reads. */
  public static NameCodec ofText(RuleTable rules) {
    return new NameCodec(rules, true);
  }

  /** Names as numbers, for octets that stay in one engine. */
  public static NameCodec ofNumbers(RuleTable rules) {
    return new NameCodec(rules, false);
  }

  /** Whether another engine reads them. */
  boolean areText() {
    return isText;
  }

  void write(Rule rule, StateWriter out) {
    if (isText) {
      out.text(rule.name());
    } else {
      out.number(rules.numberOf(rule));
    }
  }

  void write(Reason reason, StateWriter out) {
    if (isText) {
      out.text(reason.code());
    } else {
      out.number(reason.ordinal());
    }
  }

  /** Writes counts by reason; those of the agent by their codes. */
  void write(ReasonCounts counts, StateWriter out) {
    out.number(counts.size());
    counts.forEach((reason, count) -> {
      write(reason, out);
      out.number(count);
    });
    counts
        .ofAgent()
        .forEach((code, count) -> {
          out.text(code);
          out.number(count);
        });
  }

  /**
   * Reads a rule.
   *
   * @throws MalformedState if it is not known here
   */
  Rule readRule(StateReader in) {
    if (!isText) {
      return rules.rule(in.count(rules.rules().size() + 1));
    }
    String name = in.text();
    Rule rule = rules.ofName(name);
    if (rule == null) {
      throw new MalformedState("no such rule: name=" + name);
    }
    return rule;
  }

  /**
   * Reads a reason.
   *
   * @throws MalformedState if it is not known here
   */
  Reason readReason(StateReader in) {
    if (!isText) {
      return REASONS[in.count(REASONS.length - 1)];
    }
    String code = in.text();
    for (Reason reason : REASONS) {
      if (reason.code().equals(code)) {
        return reason;
      }
    }
    throw new MalformedState("unknown reason: code=" + code);
  }

  /** Reads all that is left, and adds it to {@code counts}. */
  void readCounts(StateReader in, ReasonCounts counts) {
    for (int left = in.count(REASONS.length); left > 0; left--) {
      counts.add(readReason(in), in.position());
    }
    while (in.remaining() > 0) {
      counts.addOfAgent(in.text(), in.position());
    }
  }
}
