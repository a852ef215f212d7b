package dev.midstream.gateway.run;

import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;

/** Scripts of connections whose client says words of four letters. */
final class WordScripts {
  static final String OPEN =
      """
      c> S 0:0(0)
      >s same
      s> S. 0:0(0) ack 1
      >c same
      c> . 1:1(0) ack 1
      >s same
      """;

  /** The first word is "good", and is replaced. */
  static final String GOOD = says("good") + ">s P. 1:5(4) ack 1 \"GOOD\"\n";

  /** Both ends are reset, and nothing of the first word has left. */
  static final String RESETS = ">s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 1\n";

  private WordScripts() {}

  /** The client's first word arrives. */
  static String says(String word) {
    return "c> P. 1:5(4) ack 1 \"" + word + "\"\n";
  }

  /**
   * Opens a connection, plays {@code words} on another one, and then {@link #GOOD} on the first.
   *
   * @param events where the events of {@code engine} go
   */
  static void playBetween(Engine engine, TimedEvents events, String words) {
    FailureGuard guard = new FailureGuard(engine, () -> false);
    Box box = new GuardedBox(new InlineBox(engine, guard, events, dated -> dated, () -> 0), guard);
    Script script = new Script(box);
    script.between(Ends.IPV6).run(OPEN);
    script.between(Ends.IPV4).run(OPEN + words);
    script.between(Ends.IPV6).run(GOOD);
  }
}
