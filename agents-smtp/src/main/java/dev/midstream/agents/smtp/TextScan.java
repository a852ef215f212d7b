package dev.midstream.agents.smtp;

import org.jspecify.annotations.Nullable;

/** One pass over the octets of a text in a view. */
interface TextScan {

  /** Goes as far as it is known what the octets are; returns the denial of the text, if any. */
  @Nullable Denial run();

  /** Decides the octets of the pass. */
  void apply();

  /** How far the text has come then. */
  Text text();

  /** Whether the text has ended; its ending is decided too. */
  boolean hasEnded();

  /** Counts what was changed or left in a text that has ended. */
  void count(Front front);
}
