package dev.midstream.gateway;

import dev.midstream.gateway.command.AgentsCommand;
import dev.midstream.gateway.command.CaCommand;
import dev.midstream.gateway.command.CheckCommand;
import dev.midstream.gateway.command.DemoCommand;
import dev.midstream.gateway.command.DispatchCommand;
import dev.midstream.gateway.command.MidstreamCommand;
import dev.midstream.gateway.command.RewriteCommand;
import dev.midstream.gateway.command.RunCommand;
import dev.midstream.gateway.query.BucketsCommand;
import dev.midstream.gateway.query.ConnectionsCommand;
import dev.midstream.gateway.query.DrainCommand;
import dev.midstream.gateway.query.StatusCommand;
import dev.midstream.gateway.rewrite.CaptureRewriter;
import dev.midstream.gateway.run.InlineRunner;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry point of the program. */
public final class Midstream {

  private Midstream() {}

  /**
   * Runs one command line and exits with its exit code. The launcher sets the system property
   * {@code midstream.terminal} if stderr is a terminal.
   */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    boolean onTerminal = Boolean.getBoolean("midstream.terminal");
    System.exit(
        MidstreamCommand.run(
            out,
            err,
            System.getenv(),
            arguments,
            new RunCommand(new InlineRunner()),
            new DispatchCommand(new InlineRunner()),
            new RewriteCommand(new CaptureRewriter(System::nanoTime, onTerminal)),
            new CheckCommand(),
            new AgentsCommand(),
            new CaCommand(),
            new StatusCommand(),
            new BucketsCommand(),
            new DrainCommand(),
            new ConnectionsCommand(onTerminal),
            new DemoCommand(
                Midstream.class.getName(),
                new CaptureRewriter(System::nanoTime, onTerminal),
                onTerminal)));
  }
}
