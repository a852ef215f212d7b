package dev.midstream.agent;

import java.util.Objects;

/** What becomes of a connection that an agent expects, whatever the rules match. */
public sealed interface Handler {

  /** It passes, and no agent sees it. */
  record Unseen() implements Handler {}

  /**
   * A rule decides it: with its agent, action and mode.
   *
   * @param name the name of the rule. If there is none, the expectation is not applied
   */
  record Rule(String name) implements Handler {
    /** Rejects null. */
    public Rule {
      Objects.requireNonNull(name, "name");
    }
  }
}
