package dev.midstream.reassembly.script;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import java.util.ArrayList;
import java.util.List;

/** The connections of an engine that are objects: neither parked nor half-open. */
public final class Connections {
  private Connections() {}

  /** All of them. */
  public static List<Connection> of(Engine engine) {
    List<Connection> all = new ArrayList<>();
    engine.forEachConnection(all::add);
    return all;
  }

  /**
   * The only one.
   *
   * @throws AssertionError if there is none, or another one
   */
  public static Connection only(Engine engine) {
    List<Connection> all = of(engine);
    if (all.size() != 1) {
      throw new AssertionError(
          "not one connection: " + all.stream().map(Connection::name).toList());
    }
    return all.getFirst();
  }

  /** The client's stream of the only one. */
  public static Stream client(Engine engine) {
    return only(engine).stream(Direction.CLIENT_TO_SERVER);
  }
}
