package dev.midstream.agents.ftp;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the paths that commands name. */
final class PathCheck {
  private static final Set<String> WITH_PATH =
      Set.of(
          "RETR", "STOR", "APPE", "STOU", "DELE", "RMD", "XRMD", "MKD", "XMKD", "CWD", "XCWD",
          "RNFR", "RNTO", "MLST", "MLSD", "SIZE", "MDTM", "SMNT", "XCRC", "XMD5", "XSHA", "XSHA1",
          "XSHA256", "XSHA512", "HASH", "RMDA", "AVBL");
  private static final Set<String> LISTING = Set.of("LIST", "NLST", "STAT");
  private static final Set<String> WITHOUT_PATH =
      Set.of(
          "USER", "PASS", "ACCT", "CDUP", "XCUP", "PWD", "XPWD", "QUIT", "REIN", "PORT", "EPRT",
          "LPRT", "PASV", "EPSV", "TYPE", "STRU", "MODE", "REST", "ALLO", "ABOR", "SYST", "HELP",
          "NOOP", "FEAT", "OPTS", "AUTH", "PBSZ", "PROT", "CCC", "LANG", "CLNT", "HOST");

  private final PathRules rules;

  PathCheck(PathRules rules) {
    this.rules = rules;
  }

  /**
   * Why {@code command} is denied in {@code directory}; null if it is not. A command of which it is
   * not known whether it names a path is denied, SITE too.
   */
  @Nullable Denial denialOf(Command command, String directory) {
    if (!rules.isAny() || WITHOUT_PATH.contains(command.verb())) {
      return null;
    }
    if (LISTING.contains(command.verb())) {
      return denialOfListing(command, directory);
    }
    boolean isKnown = WITH_PATH.contains(command.verb());
    String path = isKnown ? PathRules.resolve(directory, command.argument()) : null;
    return path != null && rules.allows(path) ? null : Denial.PATH;
  }

  /** STAT without an argument names nothing. Options stand before the path; -R lists all below. */
  private @Nullable Denial denialOfListing(Command command, String directory) {
    if (command.verb().equals("STAT") && !command.hasArgument()) {
      return null;
    }
    String rest = command.argument().stripLeading();
    boolean isRecursive = false;
    while (rest.startsWith("-")) {
      int end = rest.indexOf(' ');
      String option = end < 0 ? rest : rest.substring(0, end);
      isRecursive |= option.indexOf('R') >= 0;
      rest = end < 0 ? "" : rest.substring(end).stripLeading();
    }
    String named = withoutPattern(rest);
    String path = PathRules.resolve(directory, named);
    if (path == null || rest.indexOf('{') >= 0 || isPattern(named) || !rules.allows(path)) {
      return Denial.PATH;
    }
    boolean showsMore = isRecursive || !named.equals(rest);
    return showsMore && rules.hasDeniedBelow(path) ? Denial.PATH : null;
  }

  /** The directory in which a pattern in the last name is looked for, or the path itself. */
  private static String withoutPattern(String path) {
    int last = path.lastIndexOf('/') + 1;
    return isPattern(path.substring(last)) ? path.substring(0, last) : path;
  }

  private static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
  }
}
