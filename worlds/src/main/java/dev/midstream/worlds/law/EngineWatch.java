package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Looks at the engine of a world after each of its calls. */
@FunctionalInterface
public interface EngineWatch {
  /** Looks at nothing. */
  EngineWatch NONE = (kept, nowNanos) -> {};

  /**
   * What an engine keeps.
   *
   * @param engines has the engine that is alive
   * @param directBytes the memory that it has for octets, outside the heap
   * @param mostBytes the octets that it must keep at most, or their edits, counted from outside
   */
  record Kept(Supplier<Engine> engines, LongSupplier directBytes, LongSupplier mostBytes) {
    /** The engine. */
    public Engine engine() {
      return engines.get();
    }
  }

  /** Looks; changes nothing. */
  void look(Kept kept, long nowNanos);
}
