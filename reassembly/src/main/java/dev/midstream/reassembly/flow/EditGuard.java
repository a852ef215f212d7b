package dev.midstream.reassembly.flow;

/**
 * Sees to it that a connection does not pass when this process ends while its octets would pass
 * unedited, or its receiver would lack some.
 */
@FunctionalInterface
public interface EditGuard {
  /** Nothing passes when this process ends. */
  EditGuard NONE = _ -> {};

  /**
   * Called before octets leave that differ from those of their sender, and before some are
   * acknowledged that the receiver has not.
   */
  void hold(Connection connection);
}
