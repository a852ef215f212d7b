package dev.midstream.agents.http;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * What the response to a request depends on.
 *
 * @param method what is special about the method
 * @param isUpgrade whether 101 may answer it
 * @param expects whether the client may wait for 100 Continue before it sends the body
 * @param isLast whether the connection ends after its answer
 */
record Request(Method method, boolean isUpgrade, boolean expects, boolean isLast) {
  static final Request LAST = new Request(Method.OTHER, false, false, true);
  private static final List<Method> METHODS = List.of(Method.values());

  /** The list may only grow at its end. */
  enum Method {
    OTHER,
    HEAD,
    CONNECT
  }

  boolean isHead() {
    return method == Method.HEAD;
  }

  /** Whether what follows the request waits for its answer. */
  boolean isSwitching() {
    return isUpgrade || method == Method.CONNECT;
  }

  Request asLast() {
    return new Request(method, isUpgrade, expects, true);
  }

  Request asUpgrade() {
    return new Request(method, true, expects, isLast);
  }

  void write(StateWriter out) {
    out.choice(method, METHODS).flag(isUpgrade).flag(expects).flag(isLast);
  }

  static Request read(StateReader in) {
    return new Request(in.choice(METHODS), in.flag(), in.flag(), in.flag());
  }
}
