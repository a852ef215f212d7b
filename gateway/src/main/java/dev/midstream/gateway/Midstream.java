package dev.midstream.gateway;

import dev.midstream.gateway.command.CheckCommand;
import dev.midstream.gateway.command.MidstreamCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program's start. */
public final class Midstream {

  private Midstream() {}

  /** Runs one command line and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(MidstreamCommand.run(out, err, System.getenv(), arguments, new CheckCommand()));
  }
}
