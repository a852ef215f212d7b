package dev.midstream.agents.substitute;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.Direction;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the {@code substitute} agent. Its settings are {@code client-to-server} and {@code
 * server-to-client}, each a list of pairs of what to find and its replacement, with conditions. A
 * direction without pairs is opaque.
 */
public final class SubstituteProvider implements AgentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public SubstituteProvider() {}

  @Override
  public String name() {
    return "substitute";
  }

  @Override
  public @Nullable Agent<?> create(SettingsReader settings) {
    List<Pair> clientToServer = PairReader.pairs(settings, "client-to-server");
    List<Pair> serverToClient = PairReader.pairs(settings, "server-to-client");
    if (clientToServer == null || serverToClient == null) {
      return null;
    }
    if (clientToServer.isEmpty() && serverToClient.isEmpty()) {
      settings.refuse("needs a pair of find and replace in client-to-server or server-to-client");
      return null;
    }
    return new SubstituteAgent(
        Map.of(
            Direction.CLIENT_TO_SERVER, clientToServer,
            Direction.SERVER_TO_CLIENT, serverToClient));
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        new Setting(
            "client-to-server", "list of pairs", "none", "replaced in what the client sends"),
        new Setting(
            "server-to-client", "list of pairs", "none", "replaced in what the server sends"),
        new Setting(
            "find, find-hex or pattern",
            "text, hexadecimal or a pattern",
            "required",
            "the octets to look for, at least one; text in UTF-8"),
        new Setting(
            "replace or replace-hex",
            "text or hexadecimal",
            "required",
            "what takes their place; empty deletes"),
        new Setting(
            "ignore-case", "true or false", "false", "an ASCII letter is found in both cases"),
        new Setting(
            "whole-words",
            "true or false",
            "false",
            "no ASCII letter, digit or underscore may stand directly before or after a match"),
        new Setting(
            "limit",
            "number, 1 to 1000000000",
            "none",
            "so many replacements in one connection; then the pair is ignored"));
  }
}
