package dev.midstream.demo.network;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether name spaces can be made here, and how one comes to it. What else a network takes, such as
 * interfaces and kernel settings, shows when the first one is made.
 */
public final class Privilege {

  /** The beginning of a command that the kernel kills at the end of the thread that started it. */
  static final List<String> TIED = List.of("setpriv", "--pdeathsig", "KILL");

  /**
   * The beginning of a command that may then make name spaces, without any privilege. The kernel
   * kills it at the end of the thread that started it.
   */
  public static final List<String> AS_NOBODY =
      join(List.of("unshare", "--user", "--map-root-user", "--net"), TIED);

  private static final List<String> TRIAL =
      join(join(List.of("unshare", "--net"), TIED), List.of("ip", "link"));

  private Privilege() {}

  /** Why this process can make no name spaces, in one clause; null if it can. */
  public static @Nullable String missing() {
    return refusal(TRIAL);
  }

  /** Why also a command behind {@link #AS_NOBODY} could make none; null if it can. */
  public static @Nullable String missingForNobody() {
    return refusal(join(AS_NOBODY, TRIAL));
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
