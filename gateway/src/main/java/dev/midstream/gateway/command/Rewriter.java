package dev.midstream.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;

/** Rewrites captures. */
public interface Rewriter {

  /**
   * Rewrites one capture.
   *
   * @param summary stderr; gets warnings during the work, and the summary at the end
   * @throws InputException if no packet of the capture can be read
   * @throws IOException if reading or writing fails later
   */
  void rewrite(RewriteRequest request, PrintWriter summary) throws InputException, IOException;
}
