package dev.midstream.testkit.agent;

import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Edits of single octets, as an agent and as a function of a whole stream. */
public enum OctetEdits {
  NONE(null),
  REPLACE("!"),
  GROW("grown"),
  DELETE("");

  private final @Nullable String edited;

  OctetEdits(@Nullable String edited) {
    this.edited = edited;
  }

  /** One of them, drawn from {@code random}. */
  public static OctetEdits any(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }

  /** The agent that makes these edits in both directions. */
  public LambdaAgent agent() {
    Octets octets = edited == null ? null : Octets.ofText(edited);
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        if (octets != null && isEdited(view.at(i))) {
          out.replace(1, octets);
        } else {
          out.pass(1);
        }
      }
    });
  }

  /** The whole stream after the edits. */
  public byte[] apply(byte[] stream) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    for (byte octet : stream) {
      if (edited != null && isEdited(octet)) {
        result.writeBytes(Octets.ofText(edited).toArray());
      } else {
        result.write(octet);
      }
    }
    return result.toByteArray();
  }

  private static boolean isEdited(byte octet) {
    return (octet & 15) == 3;
  }
}
