package dev.midstream.engines.sim;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.ForwardingAgent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An agent of which it is noted how far it has decided, replied and left. */
final class NotedAgent extends ForwardingAgent<String> {
  private static final Set<String> LEAVING = Set.of("detach", "notMine", "reset", "abort");
  private static final Set<String> RESETTING = Set.of("reset", "abort");

  private final Runnable observer;
  private long[] replied = new long[2];
  private boolean left;
  private boolean reset;
  private String state = "";

  /** Calls {@code observer} after each call of {@code agent}. */
  NotedAgent(Agent<String> agent, Runnable observer) {
    super(agent);
    this.observer = observer;
  }

  /** How many octets it has put into each direction, by {@link Direction#ordinal}. */
  long[] replied() {
    return replied.clone();
  }

  /** Whether it has left the connection, or failed. */
  boolean hasLeft() {
    return left;
  }

  /** Whether it has reset an end. */
  boolean hasReset() {
    return reset;
  }

  /** What its last call returned. */
  String state() {
    return state;
  }

  /** What it did after {@code moment} is lost. */
  void goBackTo(AgentMoment moment) {
    replied = moment.replied();
    left = moment.hasLeft();
    state = moment.state();
  }

  @Override
  public String onOctets(String given, Direction direction, OctetView view, Decisions out) {
    long[] before = replied.clone();
    try {
      state = super.onOctets(given, direction, view, noted(out));
      return state;
    } catch (IllegalStateException e) {
      left = true;
      replied = before; // what a failing call decides does not count
      throw e;
    } finally {
      observer.run();
    }
  }

  private Decisions noted(Decisions out) {
    return (Decisions)
        Proxy.newProxyInstance(
            Decisions.class.getClassLoader(),
            new Class<?>[] {Decisions.class},
            (proxy, method, arguments) -> noted(out, method, arguments));
  }

  private @Nullable Object noted(Decisions out, Method method, Object @Nullable [] arguments)
      throws Throwable {
    left |= LEAVING.contains(method.getName());
    reset |= RESETTING.contains(method.getName());
    if (method.getName().equals("reply")) {
      Object[] given = Objects.requireNonNull(arguments);
      replied[AgentMoment.index((Direction) given[0])] += ((Octets) given[1]).length();
    }
    try {
      return method.invoke(out, arguments);
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }
}
