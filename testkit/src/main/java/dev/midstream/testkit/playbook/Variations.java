package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The ways to play a script, beside that in which it is written. */
final class Variations {
  private static final int MOST_ORDERS = 1_000;

  private final List<Step> steps;
  private final long seed;
  private final int rounds;

  /**
   * The variations of {@code steps}.
   *
   * @param seed the first seed of the random ones
   * @param rounds how many of each kind are random
   */
  Variations(List<Step> steps, long seed, int rounds) {
    this.steps = steps;
    this.seed = seed;
    this.rounds = rounds;
  }

  /** Gives all variations to {@code played}, the short ones first. */
  void forEach(Consumer<Variation> played) {
    played.accept(Variation.WHOLE.joiningEnds());
    played.accept(Variation.cut("octet by octet", Cuts.ALL));
    cuts(played);
    moves(played);
    races(played);
  }

  private void cuts(Consumer<Variation> played) {
    int length = steps.stream().mapToInt(Step::length).sum();
    for (int cut = 1; cut < length; cut++) {
      played.accept(Variation.cut("cut before octet " + cut, Cuts.at(cut)));
    }
    for (int place = 1; place <= length; place++) {
      played.accept(Variation.silence(place));
    }
    for (long round = seed; round < seed + rounds; round++) {
      Cuts cuts = Cuts.random(new Random(round));
      played.accept(Variation.cut("random cuts, replay with seed(" + round + ")", cuts));
    }
  }

  private void moves(Consumer<Variation> played) {
    Variation octets = Variation.cut("octet by octet", Cuts.ALL);
    played.accept(Variation.WHOLE.moving("whole, moved", seed));
    played.accept(octets.moving("octet by octet, moved", seed));
    for (long round = seed; round < seed + rounds; round++) {
      Cuts cuts = Cuts.random(new Random(round));
      String name = "moved with random cuts, replay with seed(" + round + ")";
      played.accept(Variation.cut(name, cuts).moving(name, round));
    }
  }

  private void races(Consumer<Variation> played) {
    int race = 0;
    for (Step step : steps) {
      if (step instanceof Step.Race raced) {
        orders(raced, race++, played);
      }
    }
    for (long round = seed; race > 0 && round < seed + rounds; round++) {
      Random random = new Random(round);
      String name = "random order and cuts, replay with seed(" + round + ")";
      Variation cut = Variation.cut(name, Cuts.random(random));
      played.accept(cut.ordered(name, Variation.ALL_RACES, Order.random(random)));
    }
  }

  /** All orders of the steps of a race, and of its octets if these are not too many. */
  private static void orders(Step.Race raced, int race, Consumer<Variation> played) {
    String name = "order of race " + (race + 1) + ", variant ";
    int variant = 0;
    for (Cuts cuts : List.of(Cuts.NONE, Cuts.ALL)) {
      boolean octetByOctet = cuts.cutBefore(0);
      int client = raced.runs(Direction.CLIENT_TO_SERVER, octetByOctet);
      int server = raced.runs(Direction.SERVER_TO_CLIENT, octetByOctet);
      for (Order order : Order.all(client, server, MOST_ORDERS)) {
        variant++;
        played.accept(Variation.cut(name, cuts).ordered(name + variant, race, order));
      }
    }
  }
}
