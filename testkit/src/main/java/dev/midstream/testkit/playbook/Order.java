package dev.midstream.testkit.playbook;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** In which order the steps of two directions that race are played. */
interface Order {
  /** Decides whose step is next; both have steps left. */
  boolean isClientNext(int clientLeft, int serverLeft);

  /**
   * All orders of {@code client} and {@code server} steps, or none if there are more than {@code
   * limit}.
   */
  static List<Order> all(int client, int server, int limit) {
    List<Order> orders = new ArrayList<>();
    return addAll(orders, new boolean[client + server], 0, client, server, limit)
        ? orders
        : List.of();
  }

  private static boolean addAll(
      List<Order> orders, boolean[] turns, int at, int client, int server, int limit) {
    if (client == 0 || server == 0) {
      orders.add(fixed(turns.clone(), at + client + server));
      return orders.size() <= limit;
    }
    turns[at] = true;
    if (!addAll(orders, turns, at + 1, client - 1, server, limit)) {
      return false;
    }
    turns[at] = false;
    return addAll(orders, turns, at + 1, client, server - 1, limit);
  }

  private static Order fixed(boolean[] turns, int total) {
    return (clientLeft, serverLeft) -> turns[total - clientLeft - serverLeft];
  }

  /** Each next step with the same probability. */
  static Order random(Random random) {
    return (clientLeft, serverLeft) -> random.nextInt(clientLeft + serverLeft) < clientLeft;
  }
}
