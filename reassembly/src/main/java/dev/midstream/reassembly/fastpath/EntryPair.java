package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.RecallReason;

/** The entries of both directions of one connection at a time, and their place in a table. */
final class EntryPair {
  private final FastPathTable table;
  private final FlowKey clientKey;
  private final FlowKey serverKey;
  private final FlowEntry client;
  private final FlowEntry server;

  /** Entries for {@code table}. */
  EntryPair(FastPathTable table) {
    this.table = table;
    clientKey = table.newKey();
    serverKey = table.newKey();
    client = table.newEntry();
    server = table.newEntry();
  }

  FlowEntry client() {
    return client;
  }

  FlowEntry server() {
    return server;
  }

  FlowEntry of(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  private void setKeys(Connection connection) {
    connection.key().flowKey(clientKey, true);
    connection.key().flowKey(serverKey, false);
  }

  /** Puts both into the table; false if there is no room for both: one of them may be there. */
  boolean put(Connection connection) {
    setKeys(connection);
    return table.put(clientKey, client) && table.put(serverKey, server);
  }

  /** Reads both; false if one of them is not there. */
  boolean read(Connection connection) {
    setKeys(connection);
    return table.read(clientKey, client) && table.read(serverKey, server);
  }

  /** Removes both, and reads what was there; false if one of them was not: it is empty then. */
  boolean take(Connection connection) {
    setKeys(connection);
    client.begin(0);
    server.begin(0);
    boolean isClientFound = table.take(clientKey, client);
    return table.take(serverKey, server) && isClientFound;
  }

  /** Whether the table forwards both directions still. */
  boolean isFast() {
    return client.isFast() && server.isFast();
  }

  /** Why the table recalled the connection; {@link RecallReason#NONE} if it did not. */
  RecallReason reason() {
    return client.reason() == RecallReason.NONE ? server.reason() : client.reason();
  }

  /** Packets that were forwarded. */
  long packets() {
    return client.packets() + server.packets();
  }

  /** Payload octets of these packets. */
  long octets() {
    return client.octets() + server.octets();
  }
}
