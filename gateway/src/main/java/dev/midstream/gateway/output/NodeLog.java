package dev.midstream.gateway.output;

import org.slf4j.event.Level;

/** The log of a running node, one line for each change. Thread-safe. */
@FunctionalInterface
public interface NodeLog {

  void write(Level level, String line);

  /** A change that costs nothing. */
  default void info(String line) {
    write(Level.INFO, line);
  }

  /** A loss, while the program goes on trying or lacks a part only. */
  default void warn(String line) {
    write(Level.WARN, line);
  }

  /** Something that has ended and does not come back by itself. */
  default void error(String line) {
    write(Level.ERROR, line);
  }
}
