package dev.midstream.agents.ftp;

import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import java.util.Set;

/**
 * What the agent of a data connection is told: the user, and where the transfer is known its
 * command and path. Each is a line; the last one has no end.
 */
final class DataContext {
  private static final Set<String> WITH_OPTIONS = Set.of("LIST", "NLST");

  private DataContext() {}

  /**
   * The command and the path of a transfer, as two lines. The path is absolute where the directory
   * is followed and the path is clear; otherwise it is as the client writes it.
   */
  static String transfer(FtpPolicy policy, Session session, Command command) {
    String argument = command.argument();
    boolean isFollowed = policy.paths().isAny() && !WITH_OPTIONS.contains(command.verb());
    String path = isFollowed ? PathRules.resolve(session.directory(), argument) : null;
    return command.verb() + "\n" + (path == null ? argument : path);
  }

  /** The context; a transfer that does not fit is left out, and the end of a long name. */
  static Octets of(String user, String transfer) {
    Octets name = Octets.ofLatin1(user);
    Octets all = fits(user, transfer) ? Octets.ofLatin1(both(user, transfer)) : name;
    return all.slice(0, Math.min(all.length(), Expectation.MAX_CONTEXT_BYTES));
  }

  /** Whether nothing is left out. */
  static boolean fits(String user, String transfer) {
    return both(user, transfer).length() <= Expectation.MAX_CONTEXT_BYTES;
  }

  private static String both(String user, String transfer) {
    return transfer.isEmpty() ? user : user + "\n" + transfer;
  }
}
