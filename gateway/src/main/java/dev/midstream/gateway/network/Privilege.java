package dev.midstream.gateway.network;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether name spaces can be made here, and how one comes to it. */
public final class Privilege {

  /** The beginning of a command that may then make name spaces, without any privilege. */
  public static final List<String> AS_NOBODY =
      List.of("unshare", "--user", "--map-root-user", "--net");

  private static final List<String> TRIAL = List.of("unshare", "--net", "ip", "link");

  private Privilege() {}

  /** Why this process can make no name spaces, in one clause; null if it can. */
  public static @Nullable String missing() {
    return refusal(TRIAL);
  }

  /** Why also a command behind {@link #AS_NOBODY} could make none; null if it can. */
  public static @Nullable String missingForNobody() {
    return refusal(Stream.concat(AS_NOBODY.stream(), TRIAL.stream()).toList());
  }

  private static @Nullable String refusal(List<String> trial) {
    try {
      String ignored = Shell.run("", trial);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
