package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.plugin.AgentCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers, and agents that they make, of which one call does not return. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StuckProviderTest {
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final String RULES =
      """
      port: { inside: a, outside: b }
      rules: [ { match: { destination-port: 1 }, agent: stuck }, { name: b, agent: stuck } ]
      """;

  @TempDir private Path directory = Path.of("");
  private final CountDownLatch returns = new CountDownLatch(1);
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private final AtomicInteger calls = new AtomicInteger();
  private Path file = Path.of("");

  @BeforeEach
  void writeConfiguration() throws Exception {
    file = Files.writeString(directory.resolve("c.yaml"), RULES);
  }

  @AfterEach
  void endCalls() throws Exception {
    returns.countDown();
    Thread called = thread.get();
    if (called != null) {
      called.join();
    }
  }

  private Configuration load(Purpose purpose, String method) throws ConfigurationException {
    return ConfigurationFile.load(file, purpose, catalog(method));
  }

  private AgentCatalog catalog(String method) {
    return AgentCatalog.of(List.of(new StuckProvider(method)), LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reasons", "create", "denies", "maxHold", "keepsLengths"})
  @DisplayName("OWN-4 a call of a provider or of its agent that never returns is a mistake")
  void refusesACallThatNeverReturns(String method) {
    String line =
        file
            + ":2: the agent cannot be used, agent=stuck origin=program error="
            + method
            + " did not return within 200ms";

    assertThat(
            catchThrowableOfType(
                    ConfigurationException.class, () -> load(Purpose.AS_WRITTEN, method))
                .lines())
        .containsExactly(line, line);
    assertThat(calls).as("the second rule does not wait again").hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reasons", "create", "denies", "maxHold", "keepsLengths"})
  @DisplayName("OWN-4 in run only the rules of a call that never returns fail")
  void failsOnlyItsRules(String method) throws Exception {
    Configuration configuration = load(Purpose.INLINE, method);

    String error = "error=" + method + " did not return within 200ms";
    assertThat(configuration.warnings())
        .satisfiesExactly(
            line -> assertThat(line).contains("the rule fails, ", "rule=rule-1 ").endsWith(error),
            line -> assertThat(line).contains("the rule fails, ", "rule=b ").endsWith(error));
    assertThat(configuration.rules().rules())
        .allSatisfy(rule -> assertThat(rule.agent()).isInstanceOf(MissingAgent.class));
    assertThat(calls).hasValue(1);
  }

  @Test
  @DisplayName("OWN-4 a provider that never tells its name is not used")
  void refusesAProviderWithoutItsName() {
    assertThat(catalog("name").problems())
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.message())
                .endsWith(
                    "class="
                        + StuckProvider.class.getName()
                        + " error=name did not return within 200ms"));
  }

  @Test
  @DisplayName("OWN-4 what a provider says of its settings too late is lost")
  void losesWhatComesTooLate() throws Exception {
    Problems problems = new Problems();
    SettingsNode.Scalar name = new SettingsNode.Scalar("stuck", "c.yaml:1");
    RuleAgents agents = new RuleAgents(catalog("create"), true, problems);

    assertThat(agents.create("a", name, new SettingsNode.Scalar("", "c.yaml:1")))
        .isInstanceOf(MissingAgent.class);
    Thread called = Objects.requireNonNull(thread.get());
    assertThat(called.isDaemon()).as("the program may end").isTrue();
    endCalls();

    assertThat(called.isAlive()).isFalse();
    assertThat(problems.lines()).isEmpty();
    assertThat(problems.warnings()).singleElement().asString().contains("the rule fails");
  }

  /** A provider named stuck; one of its calls, or of those of its agents, does not return. */
  private final class StuckProvider implements AgentProvider {
    private final String method;

    StuckProvider(String method) {
      this.method = method;
    }

    /** Stands still, also when interrupted, until the test ends. */
    private <T> T after(String called, T value) {
      if (called.equals(method)) {
        calls.incrementAndGet();
        thread.set(Thread.currentThread());
        while (returns.getCount() > 0) {
          boolean ignored = Thread.interrupted();
          LockSupport.parkNanos(1_000_000);
        }
      }
      return value;
    }

    @Override
    public String name() {
      return after("name", "stuck");
    }

    @Override
    public List<AgentReason> reasons() {
      return after("reasons", List.of());
    }

    @Override
    public Agent<?> create(SettingsReader settings) {
      after("create", true);
      if (method.equals("create")) {
        settings.refuse("too late");
        settings.warn("too late");
      }
      return new StuckAgent(this);
    }
  }

  /** An agent of which nothing is asked but its terms. */
  private record StuckAgent(StuckProvider provider) implements Agent<Boolean> {
    @Override
    public boolean denies() {
      return provider.after("denies", true);
    }

    @Override
    public int maxHold() {
      return provider.after("maxHold", 1);
    }

    @Override
    public boolean keepsLengths() {
      return provider.after("keepsLengths", true);
    }

    @Override
    public Boolean newConnection() {
      return true;
    }

    @Override
    public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
      return state;
    }

    @Override
    public StateCodec<Boolean> codec() {
      return StateCodec.stateless(true);
    }
  }
}
