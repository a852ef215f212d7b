package dev.midstream.gateway.command;

/** The program's exit codes. */
public final class ExitCode {

  public static final int DONE = 0;

  /** Failed while working. */
  public static final int FAILED = 1;

  /** Bad usage, configuration or input. */
  public static final int REFUSED = 2;

  private ExitCode() {}
}
