package dev.midstream.reassembly.flow;

/** Sees to it that an edited connection does not pass unedited when this process ends. */
@FunctionalInterface
public interface EditGuard {
  /** Nothing passes when this process ends. */
  EditGuard NONE = _ -> {};

  /** Called before octets leave that differ from those of their sender. */
  void hold(Connection connection);
}
