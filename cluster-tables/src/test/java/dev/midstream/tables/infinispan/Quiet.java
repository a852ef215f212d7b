package dev.midstream.tables.infinispan;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries from saying what is as it should be: hundreds of lines for each test. */
final class Quiet {
  /* Loggers that nothing refers to are collected, and their levels with them. */
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("org.infinispan"), Logger.getLogger("org.jgroups"));

  private Quiet() {}

  static void begin() {
    LOGGERS.forEach(each -> each.setLevel(Level.WARNING));
  }
}
