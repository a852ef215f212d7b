package dev.midstream.agents.smtp;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads lists of commands. */
final class Words {
  private Words() {}

  /** The commands of a key in upper case; null if there is a mistake, which is reported. */
  static @Nullable List<String> of(SettingsReader settings, String key) {
    List<String> words = new ArrayList<>();
    boolean isRight = true;
    for (SettingsNode node : settings.list(key)) {
      SettingsNode.Scalar scalar = settings.scalar(key, node);
      if (scalar == null || !scalar.text().matches("[A-Za-z0-9]{1,16}")) {
        isRight = false;
        if (scalar != null) {
          settings.refuse(scalar, key, "must be a command of letters and digits");
        }
      } else {
        words.add(scalar.text().toUpperCase(Locale.ROOT));
      }
    }
    return isRight ? words : null;
  }
}
