package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.CrowdWorld.Member;
import dev.midstream.worlds.plan.CrowdWorld.Start;
import dev.midstream.worlds.plan.Neighbour.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link CrowdWorld} as text: parts that begin with {@code engine}, {@code pair} or {@code
 * neighbour}, each with the parameters that differ from plain ones.
 */
public final class CrowdText {
  private static final String ENGINE = "engine";
  private static final String PAIR = "pair";
  private static final String NEIGHBOUR = "neighbour";
  private static final Member PLAIN_MEMBER = new Member(WorldText.PLAIN, Start.FIRST, 0);
  private static final Neighbour PLAIN_NEIGHBOUR = new Neighbour(Kind.SYNS, 0, 0, 0, 0, 1, 0);

  private CrowdText() {}

  /** The text of {@code world} in lines. */
  public static String of(CrowdWorld world) {
    StringBuilder text = new StringBuilder(part(ENGINE, world.engine(), EnginePlan.PLAIN));
    for (Member each : world.members()) {
      EnginePlan own = EnginePlan.PLAIN.withTreatment(each.world().engine().treatment());
      Member member = each.withWorld(each.world().withEngine(shared -> own));
      text.append('\n').append(part(PAIR, member, PLAIN_MEMBER));
    }
    for (Neighbour each : world.neighbours()) {
      text.append('\n').append(part(NEIGHBOUR, each, PLAIN_NEIGHBOUR));
    }
    return text.toString();
  }

  private static String part(String name, Record value, Record plain) {
    String text = WorldText.differing(value, plain);
    return text.isEmpty() ? name : name + " " + text;
  }

  /** The world with this text. */
  public static CrowdWorld read(String text) {
    List<Map<String, String>> pairs = new ArrayList<>();
    List<Map<String, String>> neighbours = new ArrayList<>();
    Map<String, String> engine = new LinkedHashMap<>();
    Map<String, String> values = engine;
    for (String word : text.strip().split("\\s+", -1)) {
      String[] parts = word.split("=", 2);
      if (parts.length == 2) {
        values.put(parts[0], parts[1]);
      } else if (!word.equals(ENGINE)) {
        values = new LinkedHashMap<>();
        beginning(word, pairs, neighbours).add(values);
      }
    }
    return new CrowdWorld(
        read(EnginePlan.PLAIN, engine),
        pairs.stream().map(each -> read(PLAIN_MEMBER, each)).toList(),
        neighbours.stream().map(each -> read(PLAIN_NEIGHBOUR, each)).toList());
  }

  /** The list of the parts that begin with {@code word}. */
  private static <T> List<T> beginning(String word, List<T> pairs, List<T> neighbours) {
    return switch (word) {
      case PAIR -> pairs;
      case NEIGHBOUR -> neighbours;
      default -> throw new IllegalArgumentException("no part of a crowd: " + word);
    };
  }

  private static <T extends Record> T read(T plain, Map<String, String> values) {
    T read = RecordText.read(plain, values);
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("no parameters of a crowd: " + values.keySet());
    }
    return read;
  }
}
