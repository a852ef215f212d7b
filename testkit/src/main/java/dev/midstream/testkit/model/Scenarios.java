package dev.midstream.testkit.model;

import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.List;

/** The scenarios that distinguish the models. */
public final class Scenarios {
  private static final long LATE_NANOS = 60_000_000L;
  private static final int SMALL_MSS_BYTES = 48;

  /** With this seed the retransmitted segment ends before the edit. */
  private static final long SEED_THAT_CUTS = 4;

  private static final EndpointOptions PLAIN =
      EndpointOptions.CLASSIC.without(Behaviour.NAGLE, Behaviour.DELAYED_ACK);
  private static final EndpointOptions SELECTIVE =
      EndpointOptions.MODERN.without(Behaviour.NAGLE, Behaviour.DELAYED_ACK);

  private Scenarios() {}

  /** All scenarios, the easiest first. */
  public static List<Scenario> all() {
    return List.of(
        growing("nothing is lost, one edit", PLAIN).clientWrites("one cat, ", "two dogs, ", "end"),
        growing("edits in both directions", PLAIN)
            .clientWrites("one cat, ", "two cats, ", "end")
            .serverWrites("a cat, ", "no cat, ", "end"),
        growing("the edited segment is lost and retransmitted", PLAIN)
            .clientWrites("one cat, ", "two dogs, ", "end")
            .losesAfterBox(0),
        growing("a second edit follows before the first is retransmitted", PLAIN)
            .clientWrites("one cat, ", "two cats, ", "end")
            .losesAfterBox(0),
        growing("five edits in flight, the second is lost", PLAIN)
            .clientWrites("1 cat, ", "2 cats, ", "3 cats, ", "4 cats, ", "5 cats, ", "end")
            .losesAfterBox(7),
        growing("the same, reported by SACK", SELECTIVE)
            .clientWrites("1 cat, ", "2 cats, ", "3 cats, ", "4 cats, ", "5 cats, ", "end")
            .losesAfterBox(7),
        growing(
                "one edit, lost and retransmitted with another cut",
                PLAIN.with(Behaviour.RECUT).withMss(SMALL_MSS_BYTES))
            .clientWrites("a black cat sat, ", "end")
            .losesAfterBox(0)
            .withSeed(SEED_THAT_CUTS),
        shrinking("an acknowledgement comes late, one edit since")
            .clientWrites("one dog, ", "one cat, ", "end")
            .acknowledgesLate(LATE_NANOS)
            .losesAfterBox(9),
        shrinking("an acknowledgement comes late, two edits since")
            .clientWrites("one dog, ", "one cat, ", "two cats, ", "end")
            .acknowledgesLate(LATE_NANOS)
            .losesAfterBox(9)
            .losesAfterBox(18),
        growing("the text is cut over two segments", PLAIN)
            .clientWrites("one c", "at, two c", "ats, ", "end"));
  }

  private static Scenario growing(String name, EndpointOptions options) {
    return new Scenario(name, "cat", "tiger", options);
  }

  private static Scenario shrinking(String name) {
    return new Scenario(name, "cat", "c", PLAIN);
  }
}
