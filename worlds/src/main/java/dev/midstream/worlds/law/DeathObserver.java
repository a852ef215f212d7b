package dev.midstream.worlds.law;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Observes an engine whose records another one goes on with when it dies. */
public interface DeathObserver {
  /** What the agent decided until now: to go back there if it is lost. */
  Runnable memento();

  /**
   * The engine of the connection dies; another one goes on with {@code copy} of it.
   *
   * @param connection null if the engine had forgotten it
   */
  void dies(@Nullable Connection connection, Connection copy, long nowNanos);

  /** The engine of the connection dies, and no other one knows of it. */
  void loses(Connection connection, long nowNanos);

  /** The engine dies, and another one has records of the connection. */
  default void keeps(Connection copy) {}

  /** The engine dies, and no other one knows any connection, half-open ones neither. */
  void losesAll();

  /** The engine died. */
  void died();

  /** The engine hands all connections over. What no record holds of openings is lost. */
  void handsOver();

  /** A stream goes on as another one; null if it was parked. */
  void takenOver(@Nullable Stream before, Stream after);

  /** A stream was handed over, and goes on as another one. */
  void handedOver(Stream before, Stream after);
}
