package dev.midstream.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.wire.fastpath.EarlyPass;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FlowKey;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlyRulesTest {
  private static final String SUBSTITUTE =
      "agent: substitute, settings: { client-to-server: [ { find: a, replace: b } ] }";

  @TempDir private Path directory = Path.of("");

  private EarlyPass of(String... rules) throws Exception {
    StringBuilder text = new StringBuilder("rules:\n");
    for (String each : rules) {
      text.append("  - { ").append(each).append(" }\n");
    }
    return load(rules.length == 0 ? "" : text.toString());
  }

  private EarlyPass load(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("c.yaml"), text);
    return EarlyRules.of(ConfigurationFile.load(file).rules());
  }

  /** Whether a segment between these ends passes, in either direction. */
  private static boolean passes(EarlyPass pass, long source, int from, long destination, int to) {
    FastPathModel model = new FastPathModel(2);
    FlowKey key = model.newKey().begin(4, 0);
    key.source(0, source, from).destination(0, destination, to);
    boolean passes = pass.passes(key);
    assertThat(pass.passes(model.newKey().setOpposite(key))).isEqualTo(passes);
    return passes;
  }

  private static boolean passes(EarlyPass pass, int port) {
    return passes(pass, 0x0a000001, 40_000, 0x0a000102, port);
  }

  @Test
  @DisplayName("without rules all segments pass early, unless the default action is another one")
  void passesAllWithoutRules() throws Exception {
    assertThat(passes(of(), 80)).isTrue();
    for (String action : new String[] {"drop", "reject"}) {
      EarlyPass pass = load("default-action: " + action);
      assertThat(pass.hasTcp()).isFalse();
      assertThat(passes(pass, 80)).isFalse();
    }
  }

  @Test
  @DisplayName("a port that a rule names does not pass, at whichever end it is")
  void namesPorts() throws Exception {
    EarlyPass pass =
        of(
            "match: { destination-port: [ 80, 100-102 ] }, " + SUBSTITUTE,
            "match: { source-port: 7 }, action: drop");
    for (int port : new int[] {80, 100, 102, 7}) {
      assertThat(passes(pass, port)).as("%d", port).isFalse();
    }
    for (int port : new int[] {79, 81, 99, 103, 8}) {
      assertThat(passes(pass, port)).as("%d", port).isTrue();
    }
  }

  @Test
  @DisplayName("a rule without ports names its addresses, and one with neither matches all")
  void namesAddresses() throws Exception {
    EarlyPass pass = of("match: { destination: 10.0.1.0/24 }, action: drop");
    assertThat(passes(pass, 80)).isFalse();
    assertThat(passes(pass, 0x0a000001, 80, 0x0a000202, 80)).isTrue();
    assertThat(passes(of("match: { source: 10.0.0.1 }, action: drop"), 80)).isFalse();
    assertThat(of("match: { destination: 10.0.1.0/24 }, action: drop", "action: allow").hasTcp())
        .isFalse();
  }

  @Test
  @DisplayName("what an agent may expect is on any port: its addresses do not pass")
  void namesAddressesOfExpectations() throws Exception {
    assertThat(of("match: { destination-port: 21 }, agent: ftp").hasTcp()).isFalse();
    EarlyPass pass = of("match: { destination: 10.0.1.0/24, destination-port: 21 }, agent: ftp");
    assertThat(passes(pass, 80)).isFalse();
    assertThat(passes(pass, 0x0a000001, 80, 0x0a000202, 21)).isTrue();
  }
}
