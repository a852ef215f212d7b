package dev.midstream.fuzz;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.testkit.agent.ForwardingAgent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An agent whose connections go on when they speak another protocol. It counts nothing. */
final class LenientAgent<S> extends ForwardingAgent<S> {
  LenientAgent(Agent<S> agent) {
    super(agent);
  }

  @Override
  public S onOctets(S state, Direction direction, OctetView view, Decisions out) {
    return super.onOctets(state, direction, view, withoutCounts(out));
  }

  private static Decisions withoutCounts(Decisions out) {
    return (Decisions)
        Proxy.newProxyInstance(
            Decisions.class.getClassLoader(),
            new Class<?>[] {Decisions.class},
            (_, method, arguments) -> {
              try {
                return method.getName().equals("count") ? null : method.invoke(out, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public boolean denies() {
    return false;
  }
}
