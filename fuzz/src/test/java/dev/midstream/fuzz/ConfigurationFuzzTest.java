package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as a configuration. */
class ConfigurationFuzzTest {
  private static Path file = Path.of("");

  @BeforeAll
  static void makeFile() throws IOException {
    file = Files.createTempFile("midstream-fuzz", ".yaml");
  }

  @AfterAll
  static void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @DictionaryEntries({
    "rules:",
    "- name:",
    "match:",
    "agent: substitute",
    "settings:",
    "client-to-server:",
    "find:",
    "find-hex:",
    "replace:",
    "replace-hex:",
    "destination-port:",
    "source:",
    "10.0.0.0/8",
    "::/0",
    "mode: monitor",
    "action: drop",
    "limits:",
    "hold-bytes: 64KiB",
    "hold-time: 1s",
    "timeouts:",
    "out-of-order:",
    "policy: discard",
    "&a",
    "*a",
    "<<:",
    "!!str",
    "[",
    "{",
    "|",
    "admin:",
    "listen: [::1]:80",
    "port:",
    "kind: tun",
    "default-action: reject"
  })
  @FuzzTest
  @DisplayName("any text is a configuration or a list of problems, each on one line")
  void readsOrRefusesAnyText(byte[] input) throws IOException {
    Files.write(file, input);
    try {
      Configuration configuration = ConfigurationFile.load(file);
      assertThat(configuration.summary()).isNotEmpty();
      assertThat(configuration.engine(Vantage.RECORDING).limits().holdBytes()).isPositive();
    } catch (ConfigurationException e) {
      assertThat(e.lines()).isNotEmpty().allSatisfy(ConfigurationFuzzTest::isOneLine);
    }
  }

  private static void isOneLine(String line) {
    assertThat(line).startsWith(file + ":").doesNotContain("\n");
  }
}
