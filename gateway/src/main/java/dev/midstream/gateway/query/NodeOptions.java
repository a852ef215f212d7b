package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.AdminSettings;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.config.ListenAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that name a node and the format of its response. */
final class NodeOptions {
  @ArgGroup private @Nullable Target target;

  @Option(names = "--json", description = "Print the node's response unchanged, as JSON.")
  private boolean json;

  /** One of two ways to name a node. */
  private static final class Target {
    @Option(
        names = "--admin",
        paramLabel = "HOST:PORT",
        description = "The address of the node's admin server (default 127.0.0.1:9400).")
    private @Nullable String admin;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The node's configuration; its admin.listen is used.")
    private @Nullable Path config;
  }

  boolean json() {
    return json;
  }

  JsonNode get(String path) throws ConfigurationException, InputException, FailureException {
    return NodeClient.get(address(), path);
  }

  /** Gives the node an order. */
  JsonNode order(String path) throws ConfigurationException, InputException, FailureException {
    return NodeClient.order(address(), path);
  }

  private ListenAddress address() throws ConfigurationException, InputException {
    if (target != null && target.admin != null) {
      ListenAddress address = ListenAddress.parse(target.admin);
      if (address == null || address.port() == 0) {
        throw new InputException(
            "must be host:port or [ipv6]:port, with a port from 1 on, --admin=" + target.admin);
      }
      return address;
    }
    if (target != null && target.config != null) {
      ListenAddress address = ConfigurationFile.load(target.config, Purpose.QUERY).admin().listen();
      if (address == null) {
        throw new InputException(
            target.config + ": the node of this file has no admin address, admin.listen=none");
      }
      return address;
    }
    return Objects.requireNonNull(AdminSettings.DEFAULT.listen());
  }
}
