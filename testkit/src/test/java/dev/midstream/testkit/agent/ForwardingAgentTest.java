package dev.midstream.testkit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingAgentTest {
  private static final String STATE = "a state";
  private static final Endpoint CLIENT = new Endpoint(Octets.of(new byte[] {10, 0, 0, 1}), 40_000);
  private static final Endpoint SERVER = new Endpoint(Octets.of(new byte[] {10, 0, 0, 2}), 21);

  /** One of each type that a method of an agent takes or returns; no default of the interface. */
  private static final List<Object> SAMPLES =
      List.of(
          STATE,
          true,
          17,
          Direction.SERVER_TO_CLIENT,
          Opening.of(CLIENT, SERVER),
          new MemoryView(),
          new DecisionBatch(),
          StateCodec.stateless(STATE));

  private record Call(Method method, List<Object> arguments) {}

  private static final class Unchanged extends ForwardingAgent<String> {
    Unchanged(Agent<String> agent) {
      super(agent);
    }
  }

  private final List<Call> calls = new ArrayList<>();

  static Stream<Method> methods() {
    return Arrays.stream(Agent.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  @DisplayName("each method of an agent is handed on with its arguments, and returns what that did")
  void handsOn(Method method) throws ReflectiveOperationException {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(ForwardingAgentTest::sample).toArray();

    Object returned = method.invoke(new Unchanged(recording()), arguments);

    assertThat(returned).isSameAs(sample(method.getReturnType()));
    assertThat(calls).containsExactly(new Call(method, List.of(arguments)));
  }

  /** An agent that notes each call and returns a sample. */
  @SuppressWarnings("unchecked") // the interface has no class object with its type argument
  private Agent<String> recording() {
    return (Agent<String>)
        Proxy.newProxyInstance(
            Agent.class.getClassLoader(),
            new Class<?>[] {Agent.class},
            (_, method, arguments) -> {
              calls.add(new Call(method, arguments == null ? List.of() : List.of(arguments)));
              return sample(method.getReturnType());
            });
  }

  /** The first sample of {@code type}; the state stands for every object. */
  private static Object sample(Class<?> type) {
    Class<?> boxed = MethodType.methodType(type).wrap().returnType();
    return SAMPLES.stream()
        .filter(boxed::isInstance)
        .findFirst()
        .orElseThrow(() -> new AssertionError("SAMPLES has no " + type));
  }
}
