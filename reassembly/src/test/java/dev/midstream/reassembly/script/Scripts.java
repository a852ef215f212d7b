package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;

/**
 * Scripts for an engine. With {@code -Dmidstream.moving=true} its connections are written,
 * forgotten and restored before each call, and the script must not notice it.
 */
public final class Scripts {
  private static final boolean MOVING = Boolean.getBoolean("midstream.moving");

  private Scripts() {}

  /** A script for {@code engine}; {@code end} finishes it. */
  public static Script of(Engine engine) {
    return of(engine, engine::finish);
  }

  /** A script for {@code engine}, with an action after the last packet. */
  public static Script of(Engine engine, Script.EndOfInput end) {
    if (MOVING) {
      MovingBox box = new MovingBox(engine);
      return new Script(box, box.before(end));
    }
    return new Script(engine, end);
  }

  /** The engine as a part of what a script plays with. */
  public static Box box(Engine engine) {
    return MOVING ? new MovingBox(engine) : engine;
  }
}
