package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.Opening.Start;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.SimulatedWorld;

/** Checks what the agent of a world was told of its connection. */
final class OpeningCheck {
  private final SimulatedWorld world;
  private final WatchedAgent agent;

  OpeningCheck(SimulatedWorld world, WatchedAgent agent) {
    this.world = world;
    this.agent = agent;
  }

  void run() {
    Opening told = agent.opening();
    if (told == null) {
      return;
    }
    Opening expected = expected(agent.hasServerOpened());
    // Which end sent the first segment that a late engine sees is not observed.
    Opening other = expected(!agent.hasServerOpened());
    boolean guessed = world.engine().isPickingUp() && told.equals(other);
    LawBroken.unless(
        guessed || told.equals(expected),
        Law.ONCE,
        () -> "the agent is told of another connection: " + told + " instead of " + expected);
  }

  private Opening expected(boolean serverOpened) {
    Endpoint inside = world.ends().sender(Direction.CLIENT_TO_SERVER);
    Endpoint outside = world.ends().sender(Direction.SERVER_TO_CLIENT);
    Endpoint client = serverOpened ? outside : inside;
    Endpoint server = serverOpened ? inside : outside;
    Start start = world.engine().isPickingUp() ? Start.PICKED_UP : Start.WHOLE;
    boolean isEnforced = world.engine().treatment() == Treatment.EDIT;
    return new Opening(client, server, client, server, start, isEnforced, Octets.empty());
  }
}
