package dev.midstream.gateway.tables;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.admin.CommonConnections;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/** Reads the connections of all nodes: a number of them, alike at each node. */
final class CommonReading {
  private static final Comparator<ConnectionEntry> LATEST_FIRST =
      Comparator.comparingLong(ConnectionEntry::sinceMillis)
          .reversed()
          .thenComparing(entry -> entry.key().toString());

  private final int limit;
  private final PriorityQueue<ConnectionEntry> latest =
      new PriorityQueue<>(LATEST_FIRST.reversed());
  private final Map<UUID, String> names = new HashMap<>();
  private final List<CommonConnections.Expected> expected = new ArrayList<>();
  private long known;

  private CommonReading(int limit) {
    this.limit = limit;
  }

  /**
   * Reads the tables; waits for other nodes.
   *
   * @param limit how many connections are listed at most
   */
  static CommonConnections of(CommonTables tables, int limit) throws TablesException {
    CommonReading reading = new CommonReading(limit);
    tables.forEach(NodeEntry.class, each -> reading.names.put(each.life(), each.name()));
    tables.forEach(ConnectionEntry.class, reading::add);
    List<CommonConnections.Each> listed =
        reading.latest.stream().sorted(LATEST_FIRST).map(reading::shown).toList();
    tables.forEach(ExpectationEntry.class, reading::add);
    return new CommonConnections(reading.known, listed, reading.expected());
  }

  private void add(ConnectionEntry entry) {
    known++;
    latest.add(entry);
    if (latest.size() > limit) {
      latest.remove();
    }
  }

  private void add(ExpectationEntry entry) {
    NodeId owner = entry.owner();
    ExpectationKey key = entry.key();
    Endpoint opener = key.clientOpens() ? key.parent().client() : key.parent().server();
    String from = text(opener);
    expected.add(
        new CommonConnections.Expected(
            from.substring(0, from.lastIndexOf(':')) + ":* > " + text(key.to()),
            nameOf(owner),
            owner.address().toString(),
            key.parent().bucket(),
            entry.rule(),
            entry.opened(),
            entry.connections()));
  }

  private List<CommonConnections.Expected> expected() {
    return expected.stream()
        .sorted(Comparator.comparing(CommonConnections.Expected::ends))
        .limit(limit)
        .toList();
  }

  private String nameOf(NodeId owner) {
    return names.getOrDefault(owner.incarnation(), owner.address().toString());
  }

  private CommonConnections.Each shown(ConnectionEntry entry) {
    NodeId owner = entry.owner();
    return new CommonConnections.Each(
        text(entry.key().client()) + " > " + text(entry.key().server()),
        nameOf(owner),
        owner.address().toString(),
        entry.bucket(),
        entry.phase().name().toLowerCase(Locale.ROOT),
        entry.rule(),
        entry.agent(),
        entry.clientOctets(),
        entry.serverOctets(),
        entry.sinceMillis());
  }

  /** As the list of one node writes it. */
  private static String text(Endpoint end) {
    ByteBuffer address =
        end.isIpv6()
            ? ByteBuffer.allocate(2 * Long.BYTES).putLong(end.high()).putLong(end.low())
            : ByteBuffer.allocate(Integer.BYTES).putInt((int) end.low());
    return new dev.midstream.agent.Endpoint(Octets.of(address.array()), end.port()).toString();
  }
}
