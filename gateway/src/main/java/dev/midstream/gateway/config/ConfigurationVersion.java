package dev.midstream.gateway.config;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.cluster.member.ConfigurationMatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The version of a configuration: equal at nodes that treat connections alike (LD-13). It is a hash
 * of the values as they are written, without those that belong to one node. The order of keys and
 * the style of YAML do not count. The notation of a value does: {@code 1s} is not {@code 1000ms},
 * one value is not a list of it, and a default that is written is not one that is left out.
 */
final class ConfigurationVersion {
  private static final String CLUSTER = "cluster";

  /** What may differ between the nodes of a cluster. */
  private static final Set<String> OF_ONE_NODE =
      Set.of(
          "admin",
          "events",
          "fast-path",
          "idle",
          "on-crash",
          "on-crash-after",
          "on-exit",
          "plugins",
          "port",
          "workers");

  /** The same, in the section of the cluster. */
  private static final Set<String> OF_ONE_MEMBER =
      Set.of("bind", "code", "dispatch", "members", "node", "tls", "witness");

  private final MessageDigest digest;

  private ConfigurationVersion() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The version of the file whose root is {@code root}; any number.
   *
   * @param isDispatcher whether the node treats no connection, so that only the section of the
   *     cluster counts
   */
  static long of(SettingsNode root, boolean isDispatcher) {
    Map<String, SettingsNode> entries = entries(root);
    entries.keySet().removeAll(OF_ONE_NODE);
    SettingsNode cluster = entries.remove(CLUSTER);
    Map<String, SettingsNode> shared = cluster == null ? new TreeMap<>() : entries(cluster);
    shared.keySet().removeAll(OF_ONE_MEMBER);
    int rest = hashOf(entries);
    return ConfigurationMatch.version(hashOf(shared), isDispatcher ? 0 : rest == 0 ? 1 : rest);
  }

  private static int hashOf(Map<String, SettingsNode> entries) {
    ConfigurationVersion version = new ConfigurationVersion();
    version.add(entries);
    return ByteBuffer.wrap(version.digest.digest()).getInt();
  }

  private static Map<String, SettingsNode> entries(SettingsNode node) {
    return node instanceof SettingsNode.Mapping mapping
        ? new TreeMap<>(mapping.entries())
        : new TreeMap<>();
  }

  private void add(SettingsNode node) {
    switch (node) {
      case SettingsNode.Scalar scalar -> add('=', scalar.text());
      case SettingsNode.Sequence sequence -> {
        add('[', Integer.toString(sequence.items().size()));
        sequence.items().forEach(this::add);
      }
      case SettingsNode.Mapping mapping -> add(entries(mapping));
    }
  }

  private void add(Map<String, SettingsNode> entries) {
    add('{', Integer.toString(entries.size()));
    entries.forEach((key, value) -> {
      add(':', key);
      add(value);
    });
  }

  private void add(char kind, String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    digest.update((byte) kind);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(octets.length).array());
    digest.update(octets);
  }
}
