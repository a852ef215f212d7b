package dev.midstream.agents.ftp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which paths may be named. Paths are compared as the client writes them: symbolic links and mounts
 * of the server are not known.
 *
 * @param allowed paths that may be named with all below them; all if there are none
 * @param denied paths that may not be named with all below them, also below allowed ones
 * @param ignoresCase whether the server does not tell upper case from lower case
 * @param home the directory after the login; {@link #UNKNOWN} if it is not known
 */
record PathRules(List<String> allowed, List<String> denied, boolean ignoresCase, String home) {
  static final String UNKNOWN = "";
  static final PathRules NONE = new PathRules(List.of(), List.of(), false, UNKNOWN);
  private static final String ROOT = "/";

  PathRules {
    allowed = List.copyOf(allowed);
    denied = List.copyOf(denied);
  }

  boolean isAny() {
    return !allowed.isEmpty() || !denied.isEmpty();
  }

  /**
   * The path that {@code argument} names from {@code directory}, without {@code .}, {@code ..} and
   * double slashes. Null if it is not clear: the directory is not known, or the path has a home
   * directory ({@code ~}), a backslash, or a name with a blank at its end.
   */
  static @Nullable String resolve(String directory, String argument) {
    if (argument.startsWith("~") || argument.indexOf('\\') >= 0) {
      return null;
    }
    boolean isAbsolute = argument.startsWith(ROOT);
    if (!isAbsolute && directory.equals(UNKNOWN)) {
      return null;
    }
    Deque<String> names = new ArrayDeque<>();
    for (String name : (isAbsolute ? argument : directory + ROOT + argument).split(ROOT, -1)) {
      if (!name.equals(name.strip())) {
        return null;
      }
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return ROOT + String.join(ROOT, names);
  }

  /** Whether {@code path} may be named. */
  boolean allows(String path) {
    return (allowed.isEmpty() || allowed.stream().anyMatch(each -> isIn(each, path)))
        && denied.stream().noneMatch(each -> isIn(each, path));
  }

  /** Whether a denied path lies below {@code path}. */
  boolean hasDeniedBelow(String path) {
    return denied.stream().anyMatch(each -> isIn(path, each));
  }

  private boolean isIn(String directory, String path) {
    String outer = folded(directory.equals(ROOT) ? ROOT : directory + ROOT);
    return (folded(path) + ROOT).startsWith(outer);
  }

  private String folded(String path) {
    return ignoresCase ? path.toLowerCase(Locale.ROOT) : path;
  }
}
