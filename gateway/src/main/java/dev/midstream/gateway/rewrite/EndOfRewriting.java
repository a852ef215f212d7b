package dev.midstream.gateway.rewrite;

import dev.midstream.gateway.command.ExitCode;
import dev.midstream.gateway.watch.WatchedEngine;
import java.io.PrintWriter;

/** Ends the program if an agent does not return: a capture has one thread only. */
record EndOfRewriting(PrintWriter summary) implements WatchedEngine {
  @Override
  public void continueWithout() {
    throw new IllegalStateException("no thread may be left");
  }

  @Override
  public void fail(String why) {
    summary.println("midstream: " + why);
    System.exit(ExitCode.FAILED);
  }
}
