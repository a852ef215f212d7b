package dev.midstream.agents.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FtpProviderTest {
  private final FtpProvider provider = new FtpProvider();
  private final Problems problems = new Problems();

  @Test
  @DisplayName("OWN-4 is found as a service, like every agent")
  void isFoundAsService() {
    assertThat(ServiceLoader.load(AgentProvider.class))
        .anySatisfy(each -> assertThat(each.name()).isEqualTo("ftp"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "passive-ports: 70000#f:2: must be a port or a range such as 50000-50100",
        "passive-ports: 50100-50000#f:2: must be a port or a range such as 50000-50100",
        "deny-commands: A B#f:2: must be a command of letters and digits",
        "paths.allow: pub#f:2: must be a path from / on",
        "paths.deny: /a|~b#f:2: must be a path from / on",
        "paths.home: x#f:2: must be a path from / on",
        "paths.alow: /pub#f:2: unknown key, key=settings.paths.alow nearest=allow",
        "banner: a\tb#f:2: must be one line of ASCII characters",
        "tls: strip#f:2: must be one of pass, deny",
        "command-length: 8#f:2: must be from 16 to 8KiB",
        "path-length: 15#f:2: must be from 16 to 4KiB",
        "path-length: 4097#f:2: must be from 16 to 4KiB"
      })
  void reportsMistakes(String settings, String problem) {
    assertThat(provider.create(read(settings)))
        .satisfiesAnyOf(
            agent -> assertThat(agent).isNull(), agent -> assertThat(problems.isEmpty()).isFalse());
    assertThat(problems.lines()).hasSize(1).first().asString().startsWith(problem);
  }

  @Test
  @DisplayName("OWN-3 check warns that data connections of TLS sessions are not announced")
  void warnsOfTls() {
    assertThat(provider.create(read("tls: pass"))).isNotNull();
    assertThat(problems.warnings()).hasSize(1).first().asString().contains("passive-ports");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls: deny",
        "tls: pass, passive-ports: 50000-50100",
        "tls: pass, data-connections: any"
      })
  @DisplayName("OWN-3 it does not where no TLS passes, or a rule must allow them anyway")
  void doesNotWarn(String settings) {
    assertThat(provider.create(read(settings))).isNotNull();
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void settingsAreThoseThatAreRead() {
    SettingsReader reader = read("");
    assertThat(provider.create(reader)).isNotNull();
    assertThat(provider.settings()).extracting(Setting::name).doesNotHaveDuplicates();
  }

  private SettingsReader read(String settings) {
    return FtpPlaybook.reader(settings, problems);
  }
}
