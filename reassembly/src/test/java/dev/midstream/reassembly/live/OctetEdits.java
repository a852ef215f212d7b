package dev.midstream.reassembly.live;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.script.Deciding;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Edits that need to see one octet only, as an agent and as a function of a whole stream. */
enum OctetEdits {
  NONE(null),
  REPLACE("!"),
  GROW("grown"),
  DELETE("");

  private final @Nullable String edited;

  OctetEdits(@Nullable String edited) {
    this.edited = edited;
  }

  /** One of them. */
  static OctetEdits any(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }

  Deciding agent() {
    Octets octets = edited == null ? null : Octets.ofText(edited);
    return Deciding.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        if (octets != null && isEdited(view.at(i))) {
          out.replace(1, octets);
        } else {
          out.pass(1);
        }
      }
    });
  }

  byte[] apply(byte[] stream) {
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
