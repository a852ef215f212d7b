package dev.midstream.agents.smtp;

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

class SmtpProviderTest {
  private final SmtpProvider provider = new SmtpProvider();
  private final Problems problems = new Problems();

  @Test
  @DisplayName("OWN-4 is found as a service, like every agent")
  void isFoundAsService() {
    assertThat(ServiceLoader.load(AgentProvider.class))
        .anySatisfy(each -> assertThat(each.name()).isEqualTo("smtp"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "deny-commands: A B#f:2: must be a command of letters and digits",
        "allow-commands: TURN#f:2: must not have TURN or ATRN",
        "banner: a\tb#f:2: must be one line of ASCII characters",
        "starttls: deny#f:2: must be one of pass, strip, require",
        "bare-newlines: keep#f:2: must be one of reject, normalise",
        "size-limit: 8#f:2: must be from 1KiB to 1024GiB",
        "recipient-limit: 0#f:2: must be from 1 to 100000",
        "senders.allow: a b#f:2: must be an address, a domain, a dot and a domain, or <>",
        "recipients.deny: a@b@c#f:2: must be an address, a domain",
        "relay.local-domains: a@b#f:2: must be a domain, or a dot and a domain",
        "relay.clients: 1.2.3#f:2: must be a network such as 192.0.2.0/24",
        "relay.authenticated: true#f:3: is needed: without it every recipient is allowed",
        "relay.local: x#f:2: unknown key, key=settings.relay.local",
        "headers.add: {name=A B;value=x}#f:4: must have the name of a field",
        "headers.replace: {name=A}#f:4: must have the name of a field",
        "headers.remove: A B#f:2: must be the name of a field",
        "substitute: {find=;replace=x}#f:4: must have find and replace",
        "substitute: {find=x}#f:4: must have find and replace",
        "line-length: 10#f:2: must be from",
        "command-length: 8#f:2: must be from 512 to 64KiB"
      })
  void reportsMistakes(String settings, String problem) {
    assertThat(provider.create(read(settings)))
        .satisfiesAnyOf(
            agent -> assertThat(agent).isNull(), agent -> assertThat(problems.isEmpty()).isFalse());
    assertThat(problems.lines()).hasSize(1).first().asString().startsWith(problem);
  }

  @Test
  void settingsAreThoseThatAreRead() {
    SettingsReader reader = read("");
    assertThat(provider.create(reader)).isNotNull();
    assertThat(provider.settings()).extracting(Setting::name).doesNotHaveDuplicates();
  }

  private SettingsReader read(String settings) {
    return SmtpPlaybook.reader(settings, problems);
  }
}
