package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.config.Configuration.EventsLevel;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.wire.port.Idle;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keys of the whole file. A wrong value is reported and replaced by its default. */
final class ConfigurationReader {
  static final int MAX_BYTES = 1 << 30;
  static final long MIN_NANOS = 1_000_000;
  static final long MAX_NANOS = 30L * 24 * 3_600_000_000_000L;

  private static final String MID_STREAM = "mid-stream";
  private static final String CLUSTER = "cluster";
  private static final long MAX_TOTAL_BYTES = 1L << 40;
  private static final int MAX_COMMANDS = 1 << 24;
  private static final int MAX_CONNECTIONS = 1 << 27;
  private static final int MAX_DATAGRAMS = 1 << 20;

  /** A datagram of 65,535 octets in units of 8. */
  private static final int MAX_FRAGMENTS = 8_192;

  /** RFC 8200 section 4.5. */
  private static final long MAX_FRAGMENT_NANOS = 60_000_000_000L;

  private static final int EVENTS_PER_SECOND = 1_000;
  private static final int MAX_EVENTS_PER_SECOND = 1_000_000;

  private final SettingsNode file;
  private final SettingsReader root;
  private final AgentCatalog program;
  private final Problems problems;
  private final Purpose purpose;

  ConfigurationReader(SettingsNode root, AgentCatalog program, Purpose purpose, Problems problems) {
    file = root;
    this.root = new SettingsReader("", root, problems);
    this.program = program;
    this.purpose = purpose;
    this.problems = problems;
  }

  /** The configuration; valid only if no problem was reported. */
  Configuration read() {
    Configuration configuration = readKeys();
    root.refuseUnknownKeys();
    return configuration;
  }

  private Configuration readKeys() {
    Mode mode = root.choice("mode", List.of(Mode.ENFORCE, Mode.MONITOR), Mode.ENFORCE);
    PortReader portReader = new PortReader(root);
    WorkerSettings workers = workers();
    OnExit onExit = root.choice("on-exit", List.of(OnExit.values()), OnExit.CLOSED);
    ClusterConfiguration cluster = cluster();
    PortSettings port = port(portReader, cluster, onExit);
    RuleReader ruleReader = new RuleReader(ruleAgents(), mode, problems);
    List<Rule> rules = ruleReader.read(rules());
    Action defaultAction = root.choice("default-action", List.of(Action.values()), Action.ALLOW);
    SettingsReader outOfOrder = root.section("out-of-order");
    SettingsReader limits = root.section("limits");
    Policies policies = policies(outOfOrder, limits);
    AgentTimes agentTimes = AgentTimes.read(limits);
    EngineLimits engineLimits = limits(outOfOrder, limits);
    RuleCheck check = new RuleCheck(rules, policies, engineLimits, problems);
    checkRules(check, portReader.isInline(purpose));
    ruleReader.warn(check);
    Timeouts timeouts = timeouts(root.section("timeouts"));
    SettingsReader events = root.section("events");
    return new Configuration(
        mode,
        new RuleTable(rules, defaultAction, mode),
        policies,
        root.node(MID_STREAM) != null,
        engineLimits,
        timeouts,
        agentTimes,
        port,
        workers,
        fastPath(portReader.isInline(purpose), port, cluster, mode),
        onExit,
        AdminSettings.read(root.section("admin")),
        eventsFile(events),
        eventsPerSecond(events),
        eventsLevel(events),
        cluster,
        problems.warnings());
  }

  private FastPathSettings fastPath(
      boolean isInline, PortSettings port, @Nullable ClusterConfiguration cluster, Mode mode) {
    FastPathSettings read = FastPathSettings.read(root);
    boolean isAfPacket = port.kind() == PortSettings.Kind.AFPACKET;
    read.check(root, isAfPacket, cluster != null);
    if (isInline || (purpose == Purpose.AS_WRITTEN && cluster != null)) {
      String obstacle = isAfPacket ? "" : "is possible with port.kind=afpacket only";
      obstacle = mode == Mode.MONITOR ? "is not possible with mode=monitor" : obstacle;
      read.checkRequired(root, cluster == null ? obstacle : "is not possible in a cluster");
    }
    return read;
  }

  /** A dispatcher has no rules, whatever the file says. */
  private List<SettingsNode> rules() {
    List<SettingsNode> rules = root.list("rules");
    return purpose == Purpose.DISPATCH ? List.of() : rules;
  }

  /** A node behind dispatchers has no port, whatever the file says. */
  private PortSettings port(
      PortReader reader, @Nullable ClusterConfiguration cluster, OnExit onExit) {
    PortSettings port = reader.read();
    if (cluster != null && cluster.isBehindDispatchers() && purpose != Purpose.DISPATCH) {
      reader.checkWithout(onExit, purpose);
      return port.without();
    }
    reader.checkInline(port, onExit, purpose);
    return port;
  }

  private void checkRules(RuleCheck check, boolean isInline) {
    check.refusePickUp(root.node(MID_STREAM));
    if (isInline) {
      check.warnOfShifts(root.node(MID_STREAM));
    }
  }

  /** The agents of the program and of the plug-ins, which a dispatcher does not load. */
  AgentCatalog agents() {
    SettingsReader plugins = root.section("plugins");
    return purpose == Purpose.DISPATCH
        ? program
        : new PluginReader(plugins).read(program, purpose != Purpose.QUERY);
  }

  /** The same, and the settings that rules give them. */
  NamedAgents namedAgents() {
    return NamedAgents.of(agents(), root.list("rules"));
  }

  /** Reports plug-ins that cannot be used. With some purposes they fail only their own rules. */
  private RuleAgents ruleAgents() {
    boolean isTolerant = purpose == Purpose.INLINE || purpose == Purpose.QUERY;
    AgentCatalog agents = agents();
    for (AgentCatalog.Problem problem : agents.problems()) {
      if (isTolerant) {
        problems.warn(problem.place(), problem.message());
      } else {
        problems.add(problem.place(), problem.message());
      }
    }
    return new RuleAgents(agents, isTolerant, problems);
  }

  private @Nullable ClusterConfiguration cluster() {
    if (root.node(CLUSTER) != null) {
      long version = ConfigurationVersion.of(file, purpose == Purpose.DISPATCH);
      return new ClusterReader(root.section(CLUSTER), version, purpose).read();
    }
    if (purpose == Purpose.DISPATCH) {
      root.refuse(CLUSTER, "midstream dispatch needs the section cluster");
    }
    return null;
  }

  private WorkerSettings workers() {
    int cores = WorkerSettings.cores();
    boolean named =
        root.node("workers") instanceof SettingsNode.Scalar scalar
            && scalar.text().equals(WorkerSettings.CORES);
    int count =
        named
            ? cores
            : root.smallNumber("workers", Quantity.COUNT, 1, WorkerSettings.MAX_WORKERS, cores);
    return new WorkerSettings(count, root.choice("idle", List.of(Idle.values()), Idle.BLOCK));
  }

  private Policies policies(SettingsReader outOfOrder, SettingsReader limits) {
    Policies defaults = Policies.DEFAULTS;
    return new Policies(
        outOfOrder.choice("policy", List.of(OutOfOrder.values()), defaults.outOfOrder()),
        root.choice(MID_STREAM, List.of(MidStream.values()), defaults.midStream()),
        root.choice("on-not-mine", List.of(OnFailure.values()), defaults.onNotMine()),
        root.choice("on-agent-failure", List.of(OnFailure.values()), defaults.onAgentFailure()),
        limits.choice("on-hold-limit", List.of(OnFailure.values()), defaults.onHoldLimit()),
        root.choice("urgent", List.of(Urgent.values()), defaults.urgent()),
        root.choice("mptcp", List.of(Multipath.values()), defaults.multipath()));
  }

  private EngineLimits limits(SettingsReader outOfOrder, SettingsReader limits) {
    EngineLimits defaults = EngineLimits.DEFAULTS;
    EngineLimits read =
        new EngineLimits(
            bytes(outOfOrder, "per-connection-bytes", defaults.delayedBytes()),
            outOfOrder.number(
                "total-bytes", Quantity.BYTES, 1, MAX_TOTAL_BYTES, defaults.totalBytes()),
            bytes(limits, "hold-bytes", defaults.holdBytes()),
            nanos(limits, "hold-time", defaults.holdNanos()),
            bytes(limits, "waiting-bytes", defaults.waitingBytes()),
            limits.smallNumber("commands", Quantity.COUNT, 1, MAX_COMMANDS, defaults.commands()),
            limits.smallNumber("ttl-slack", Quantity.COUNT, 0, 255, defaults.ttlSlack()),
            limits.smallNumber(
                "connections", Quantity.COUNT, 1, MAX_CONNECTIONS, defaults.connections()),
            defaults.connectionBytes(),
            fragments(root.section("fragments")),
            expectations(limits));
    outOfOrder.refuseUnknownKeys();
    limits.refuseUnknownKeys();
    return read;
  }

  private static ExpectationLimits expectations(SettingsReader limits) {
    ExpectationLimits defaults = ExpectationLimits.DEFAULTS;
    int perConnection =
        limits.smallNumber(
            "expectations", Quantity.COUNT, 1, defaults.total(), defaults.perConnection());
    long nanos = nanos(limits, "expectation-time", defaults.nanos());
    return new ExpectationLimits(defaults.total(), perConnection, nanos);
  }

  private static FragmentLimits fragments(SettingsReader section) {
    FragmentLimits defaults = FragmentLimits.DEFAULTS;
    FragmentLimits read =
        new FragmentLimits(
            section.number("bytes", Quantity.BYTES, 1, MAX_BYTES, defaults.bytes()),
            section.smallNumber("datagrams", Quantity.COUNT, 1, MAX_DATAGRAMS, defaults.groups()),
            section.smallNumber(
                "per-datagram", Quantity.COUNT, 2, MAX_FRAGMENTS, defaults.perGroup()),
            section.number(
                "time", Quantity.NANOS, MIN_NANOS, MAX_FRAGMENT_NANOS, defaults.nanos()));
    section.refuseUnknownKeys();
    return read;
  }

  private static Timeouts timeouts(SettingsReader section) {
    Timeouts defaults = Timeouts.DEFAULTS;
    Timeouts timeouts =
        new Timeouts(
            nanos(section, "opening", defaults.openingNanos()),
            nanos(section, "established", defaults.establishedNanos()),
            nanos(section, "closing", defaults.closingNanos()),
            nanos(section, "park-after", defaults.parkNanos()));
    section.refuseUnknownKeys();
    return timeouts;
  }

  private static int bytes(SettingsReader section, String key, int defaultValue) {
    return section.smallNumber(key, Quantity.BYTES, 1, MAX_BYTES, defaultValue);
  }

  private static long nanos(SettingsReader section, String key, long defaultValue) {
    return section.number(key, Quantity.NANOS, MIN_NANOS, MAX_NANOS, defaultValue);
  }

  private static @Nullable Path eventsFile(SettingsReader section) {
    SettingsNode.Scalar scalar = section.scalar("file");
    if (scalar == null) {
      return null;
    }
    try {
      return Path.of(scalar.text());
    } catch (InvalidPathException _) {
      section.refuse(scalar, "file", "must be the name of a file");
      return null;
    }
  }

  private static int eventsPerSecond(SettingsReader section) {
    return section.smallNumber(
        "per-second", Quantity.COUNT, 1, MAX_EVENTS_PER_SECOND, EVENTS_PER_SECOND);
  }

  /** Reads the last key of the section. */
  private static EventsLevel eventsLevel(SettingsReader section) {
    EventsLevel level = section.choice("level", List.of(EventsLevel.values()), EventsLevel.INFO);
    section.refuseUnknownKeys();
    return level;
  }
}
