package dev.midstream.worlds.plan;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A world as text: each parameter that differs from {@link #PLAIN}, as {@code name=value}. A world
 * written so stays the same when {@link WorldDraw} changes, and when worlds get more parameters.
 */
public final class WorldText {
  private static final int MAX_LINE_LETTERS = 120;
  private static final EndpointPlan QUIET =
      new EndpointPlan(EndpointOptions.MODERN, 0, 1, 0, 1, 0, Closing.AT_ONCE);

  /** The world without any text. */
  public static final SimulatedWorld PLAIN =
      new SimulatedWorld(
          0,
          Ends.IPV4,
          false,
          QUIET,
          QUIET,
          new PathPlan(
              10_000_000,
              50,
              0,
              Collections.nCopies(4, WireFaults.NONE),
              0,
              0,
              HopPlan.NONE,
              LinkPlan.NONE),
          EnginePlan.PLAIN,
          AgentPlan.PASSING);

  private WorldText() {}

  /** The text of {@code world} in lines. */
  public static String of(SimulatedWorld world) {
    return differing(world, PLAIN);
  }

  /** Each parameter of {@code record} that differs from {@code plain}, in lines. */
  static String differing(Record record, Record plain) {
    Map<String, String> usual = RecordText.write(plain);
    StringBuilder text = new StringBuilder();
    RecordText.write(record)
        .forEach((name, value) -> {
          if (!value.equals(usual.get(name))) {
            append(text, name + "=" + value);
          }
        });
    return text.toString();
  }

  private static void append(StringBuilder text, String parameter) {
    int lineStart = text.lastIndexOf("\n") + 1;
    if (!text.isEmpty()) {
      boolean fits = text.length() - lineStart + parameter.length() < MAX_LINE_LETTERS;
      text.append(fits ? ' ' : '\n');
    }
    text.append(parameter);
  }

  /** The world with this text. */
  public static SimulatedWorld read(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String each : List.of(text.strip().split("\\s+", -1))) {
      String[] parts = each.split("=", 2);
      values.put(parts[0], parts[1]);
    }
    SimulatedWorld world = RecordText.read(PLAIN, values);
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("no parameters of a world: " + values.keySet());
    }
    return world;
  }
}
