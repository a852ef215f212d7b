package dev.midstream.gateway.live;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Adds to the failure of a test what the nodes of its last cluster have said. */
final class ClusterDiary implements TestExecutionExceptionHandler {
  private static volatile String said = "";

  /** Notes what the nodes of a cluster have said until its end. */
  static void note(String text) {
    said = text;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new AssertionError("the nodes said:" + said));
    throw failure;
  }
}
