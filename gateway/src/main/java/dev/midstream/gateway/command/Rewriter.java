package dev.midstream.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;

/** Rewrites captures. */
public interface Rewriter {

  /**
   * Rewrites one capture.
   *
   * @param summary gets warnings while it works, and the summary at the end; stderr
   * @throws InputException if nothing of the capture could be read
   * @throws IOException if reading or writing fails on the way
   */
  void rewrite(RewriteRequest request, PrintWriter summary) throws InputException, IOException;
}
