package dev.midstream.worlds.plan;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Simplifies one aspect of a world; returns an equal world if that is simple already. */
@FunctionalInterface
public interface Simplification extends UnaryOperator<SimulatedWorld> {

  /** All simplifications, the strongest first. */
  static List<Simplification> all() {
    List<Simplification> all = new ArrayList<>();
    for (Hardship each : Hardship.values()) {
      all.add(each::removedFrom);
    }
    addAgent(all);
    addPath(all);
    addEnd(all, SimulatedWorld::withClient);
    addEnd(all, SimulatedWorld::withServer);
    all.add(world -> world.withEngine(engine -> EnginePlan.PLAIN));
    all.add(world -> world.withEnds(Ends.IPV4));
    return List.copyOf(all);
  }

  private static void addAgent(List<Simplification> all) {
    all.add(world -> world.withAgent(agent -> AgentPlan.PASSING));
    all.add(world -> world.withAgent(agent -> agent.withTrailer(false)));
    all.add(world -> world.withAgent(agent -> agent.withNeed(false)));
    all.add(world -> world.withAgent(agent -> agent.withGrowth(agent.growthBytes() / 2)));
    all.add(world -> world.withAgent(agent -> agent.withLimit(half(agent.limitBytes()))));
    all.add(Simplification::editsOfFirstHalf);
    all.add(Simplification::editsOfSecondHalf);
    for (AgentPlan.Change each : AgentPlan.Change.values()) {
      all.add(world -> world.withAgent(agent -> simpler(agent, each)));
    }
  }

  private static AgentPlan simpler(AgentPlan agent, AgentPlan.Change change) {
    return agent.change().compareTo(change) > 0 ? agent.withChange(change) : agent;
  }

  private static SimulatedWorld editsOfFirstHalf(SimulatedWorld world) {
    long to = Math.min(world.agent().editTo(), longest(world));
    long from = Math.min(world.agent().editFrom(), to);
    long middle = from + (to - from + 1) / 2;
    return middle < to ? world.withAgent(agent -> agent.between(from, middle)) : world;
  }

  private static SimulatedWorld editsOfSecondHalf(SimulatedWorld world) {
    long to = world.agent().editTo();
    long from = world.agent().editFrom();
    long middle = from + (Math.min(to, longest(world)) - from) / 2;
    return middle > from ? world.withAgent(agent -> agent.between(middle, to)) : world;
  }

  private static long longest(SimulatedWorld world) {
    return Math.max(world.client().bytes(), world.server().bytes());
  }

  private static void addPath(List<Simplification> all) {
    for (int i = 0; i < PathPlan.PLACES.size(); i++) {
      int place = i;
      all.add(world -> world.withPath(path -> path.withFault(place, faults -> WireFaults.NONE)));
    }
    all.add(world -> earlier(world));
    all.add(world -> world.withPath(path -> path.withEachFault(f -> f.withLoss(f.loss() / 2))));
    all.add(world -> world.withPath(path -> path.withDelay(10_000_000)));
    all.add(world -> world.withPath(path -> path.withBoxAt(50)));
  }

  private static SimulatedWorld earlier(SimulatedWorld world) {
    return world.withPath(path ->
        path.withEachFault(
            each -> each.equals(WireFaults.NONE) ? each : each.withEnd(each.untilNanos() * 3 / 4)));
  }

  /** Changes one endpoint of a world. */
  @FunctionalInterface
  interface OfEnd {
    SimulatedWorld change(SimulatedWorld world, UnaryOperator<EndpointPlan> change);
  }

  private static void addEnd(List<Simplification> all, OfEnd which) {
    addEnd(all, which, end -> end.withBytes(0));
    addEnd(all, which, end -> end.withBytes(end.bytes() / 2));
    addEnd(all, which, end -> end.withBytes(end.bytes() * 7 / 8));
    addEnd(all, which, end -> end.withBytes(Math.max(0, end.bytes() - 1)));
    addEnd(all, which, end -> end.withWrites(1, 0));
    addEnd(all, which, end -> end.withWrites(half(end.parts()), end.pauseNanos()));
    addEnd(all, which, end -> end.withReads(1, 0));
    addEnd(all, which, end -> end.withClosing(Closing.AT_ONCE));
    addEnd(all, which, end -> end.withOptions(plain(end.options())));
    addEnd(all, which, end -> end.withOptions(end.options().withMss(1_000)));
    for (Behaviour each : Behaviour.values()) {
      addEnd(all, which, end -> end.withOptions(end.options().without(each)));
    }
  }

  private static void addEnd(
      List<Simplification> all, OfEnd which, UnaryOperator<EndpointPlan> change) {
    all.add(world -> which.change(world, change));
  }

  private static EndpointOptions plain(EndpointOptions options) {
    return EndpointOptions.CLASSIC.withMaxTimeouts(options.maxTimeouts());
  }

  private static int half(int number) {
    return Math.max(1, number / 2);
  }
}
