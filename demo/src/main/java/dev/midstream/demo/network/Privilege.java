package dev.midstream.demo.network;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether network namespaces can be made here, and which commands help. Other obstacles, such as
 * missing kinds of interfaces or kernel settings, appear when the first network is made.
 */
public final class Privilege {

  /** Command prefix: the kernel kills the process when the thread that started it ends. */
  public static final List<String> KILLED_WITH_PARENT = List.of("setpriv", "--pdeathsig", "KILL");

  /**
   * Command prefix: runs as root of a new user namespace, which takes no privilege. The kernel
   * kills the process when the thread that started it ends.
   */
  public static final List<String> IN_USER_NAMESPACE =
      join(List.of("unshare", "--user", "--map-root-user", "--net"), KILLED_WITH_PARENT);

  /**
   * Command prefix: runs as a user of a new user namespace that has no name and no capability
   * outside of it, for programs that refuse to run as root. Files stay accessible.
   */
  public static final List<String> AS_NOBODY = List.of("unshare", "--user");

  private static final List<String> TRIAL =
      join(join(List.of("unshare", "--net"), KILLED_WITH_PARENT), List.of("ip", "link"));

  private Privilege() {}

  /** Why this process cannot make namespaces, in one clause; null if it can. */
  public static @Nullable String missing() {
    return refusal(TRIAL);
  }

  /** Why a command after {@link #IN_USER_NAMESPACE} cannot make them either; null if it can. */
  public static @Nullable String missingInUserNamespace() {
    return refusal(join(IN_USER_NAMESPACE, TRIAL));
  }

  /** Why commands after {@link #AS_NOBODY} cannot run, in one clause; null if they can. */
  public static @Nullable String missingAsNobody() {
    return refusal(join(AS_NOBODY, List.of("true")));
  }

  private static @Nullable String refusal(List<String> trial) {
    try {
      String ignored = Shell.run("", trial);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
